import { formatAge } from '../../src/domain/duration.ts';
import { raised } from '../../src/domain/risk.ts';
import type { Catalogue } from '../../src/runbooks/catalogue.ts';
import { type Leaf, leavesOf, type Runbook, type Step, stepsOf } from '../../src/runbooks/graph.ts';
import type { Pack } from '../../src/runbooks/pack.ts';
import { builtinAlerts } from '../../src/signals/builtin.ts';
import type { AlertDefinition, Selector } from '../../src/signals/definition.ts';
import { cell, code, page, table } from './markdown.ts';

function conditionWords({ condition, signal }: AlertDefinition): string {
  if (condition.kind === 'is') return `${signal} is ${condition.words.join(' or ')}`;
  return `${signal} ${condition.kind} ${condition.threshold}`;
}

const alertRow = (runbooks: readonly Runbook[], alert: AlertDefinition): readonly string[] => {
  const opened = runbooks.filter(({ opensOn }) =>
    opensOn.selectors.some(({ name }) => name === alert.name),
  );
  return [
    alert.name,
    cell(conditionWords(alert)),
    alert.forMs === 0 ? 'at once' : formatAge(alert.forMs),
    alert.severity,
    opened.map(({ id }) => `\`${id}\``).join(' '),
  ];
};

const alertHead = ['alert', 'holds while', 'fires after', 'severity'];

function alertTable(pack: Pack): string {
  const head = [...alertHead, 'opens'];
  return table(
    head,
    pack.alerts.map((alert) => alertRow(pack.runbooks, alert)),
  );
}

/** The alerts of every region, those of the roles told once. */
function builtinTable(): string {
  const role = builtinAlerts([{ role: 'role', services: [] }])
    .filter(({ labels }) => labels['service'] === 'role')
    .map((alert) => ({ ...alert, signal: 'container of a role' }));
  const others = builtinAlerts([]).map((alert) =>
    alert.name === 'ContainerDown' ? { ...alert, signal: 'any other container' } : alert,
  );
  const rows = [...role, ...others].map((alert) => alertRow([], alert).slice(0, alertHead.length));
  return table(alertHead, rows);
}

function roleTable({ roles }: Pack): string {
  return table(
    ['role', 'services by default'],
    roles.map(({ role, services }) => [role, services.join(', ')]),
  );
}

function stepRow(step: Step): readonly string[] {
  const ways = step.branches.map(({ when, because, to }) => {
    const why = step.kind === 'ask' ? because : (when?.text ?? 'else');
    return `${cell(step.kind === 'ask' ? why : code(why))} → \`${to}\``;
  });
  const reads = step.kind === 'check' ? `\`${step.probe}\`` : 'the operator decides';
  return [`\`${step.id}\``, cell(step.title), reads, ways.join('<br>')];
}

const kindWords: Readonly<Record<Leaf['kind'], string>> = {
  do: 'changes something',
  verify: 'proves a state',
  manual: 'a finding, decided by a person',
  escalate: 'escalates',
};

function leafFacts(leaf: Leaf, catalogue: Catalogue): readonly string[] {
  const proofs =
    leaf.kind === 'do' || leaf.kind === 'verify'
      ? leaf.verify.map(
          ({ title, withinMs }) => `verified: ${title}, within ${formatAge(withinMs)}`,
        )
      : [];
  switch (leaf.kind) {
    case 'do': {
      const action = catalogue.action(leaf.action);
      const undo = action?.undo;
      const risk = action ? raised(action.risk, leaf.risk) : leaf.risk;
      const back = undo?.kind === 'action' ? `\`${undo.action}\`` : `none, ${leaf.irreversible}`;
      const failing = leaf.otherwise === null ? [] : [`if that fails: \`${leaf.otherwise}\``];
      const does = `does: \`${leaf.action}\`, ${risk}`;
      return [does, `impact: ${leaf.impact}`, `undo: ${back}`, ...proofs, ...failing];
    }
    case 'verify':
      return leaf.otherwise === null ? proofs : [...proofs, `if that fails: \`${leaf.otherwise}\``];
    case 'manual':
      return [...leaf.checklist.map((item) => `to do: ${item}`), `ends the run as ${leaf.ends}`];
    case 'escalate':
      return [leaf.reason];
  }
}

function leafSection(leaf: Leaf, catalogue: Catalogue): string {
  const facts = leafFacts(leaf, catalogue).map((fact) => `- ${fact}`);
  return [`#### ${leaf.id}`, `${leaf.title} (${kindWords[leaf.kind]}).`, facts.join('\n')].join(
    '\n\n',
  );
}

function selectorCode({ name, labels }: Selector): string {
  const words = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return code(words.length === 0 ? name : `${name}{${words.join(',')}}`);
}

function runbookSection(runbook: Runbook, catalogue: Catalogue): string {
  const { opensOn, key, severity } = runbook;
  const when = opensOn.when === null ? [] : [`recommended while: ${code(opensOn.when.text)}`];
  const facts = [
    `severity: ${severity}`,
    ...(key === null ? [] : [`keys: \`R\` \`${key}\``]),
    `alerts: ${opensOn.selectors.map(selectorCode).join(', ') || 'none'}`,
    ...when,
    ...runbook.meanwhile.map((line) => `meanwhile: ${line}`),
  ];
  return [
    `### ${runbook.id}: ${runbook.title}`,
    facts.map((fact) => `- ${fact}`).join('\n'),
    'Steps, from the first; `else` without another way leads to the next step:',
    table(['step', 'question', 'reads', 'ways on'], stepsOf(runbook).map(stepRow)),
    'Leaves:',
    ...leavesOf(runbook).map((leaf) => leafSection(leaf, catalogue)),
  ].join('\n\n');
}

/** docs/runbooks.md: the packs that come with the program. */
export function runbooksPage(packs: readonly Pack[], catalogue: Catalogue): string {
  const about =
    'The packs that come with the program. How to write one: [write-a-runbook.md](write-a-runbook.md).';
  const parts = packs.flatMap((pack) => [
    `## ${pack.system}: ${pack.title}`,
    roleTable(pack),
    'Alerts of the pack:',
    alertTable(pack),
    'Alerts that every region has:',
    builtinTable(),
    ...pack.runbooks.map((runbook) => runbookSection(runbook, catalogue)),
  ]);
  return page('Runbooks', about, parts);
}
