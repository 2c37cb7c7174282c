import { formatAge } from '../../src/domain/duration.ts';
import { raised } from '../../src/domain/risk.ts';
import type { Catalogue } from '../../src/runbooks/catalogue.ts';
import {
  type Branch,
  type DoLeaf,
  isCalled,
  type Leaf,
  leavesOf,
  type Runbook,
  type Step,
  stepsOf,
  type VerifyLeaf,
} from '../../src/runbooks/graph.ts';
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

function branchWords(branches: readonly Branch[], asked: boolean): string {
  const ways = branches.map(({ when, because, to }) => {
    const why = asked ? cell(because) : cell(code(when?.text ?? 'else'));
    return `${why} → \`${to}\``;
  });
  return ways.join('<br>');
}

/** What a step reads, and its ways on. */
function stepWords(step: Step): readonly [reads: string, ways: string] {
  switch (step.kind) {
    case 'check':
      return [`\`${step.probe}\``, branchWords(step.branches, false)];
    case 'gather': {
      const probes = step.probes.map(({ as, probe }) => `${as}: \`${probe}\``);
      return [probes.join('<br>'), branchWords(step.branches, false)];
    }
    case 'ask':
      return ['the operator decides', branchWords(step.branches, true)];
    case 'checklist':
      return [step.checklist.map(cell).join('<br>'), `→ \`${step.to}\``];
    case 'notify':
      return [`a message to ${step.recipients.map(cell).join(', ')}`, `→ \`${step.to}\``];
    case 'call':
      return [`all of \`${step.runbook}\``, `→ \`${step.to}\``];
  }
}

function stepRow(step: Step): readonly string[] {
  const asked = step.inputs.map(({ title }) => `asks: ${cell(title)}`);
  const why = step.why === null ? [] : [cell(step.why)];
  const title = [cell(step.title), ...asked, ...why].join('<br>');
  return [`\`${step.id}\``, title, ...stepWords(step)];
}

const kindWords: Readonly<Record<Leaf['kind'], string>> = {
  do: 'changes something',
  verify: 'proves a state',
  manual: 'a finding, decided by a person',
  escalate: 'escalates',
  end: 'ends the run',
};

function undoWords(leaf: DoLeaf, catalogue: Catalogue): string {
  const declared = catalogue.action(leaf.action)?.undo;
  if (leaf.undo !== null) return `\`${leaf.undo.action}\``;
  return declared?.kind === 'action' ? `\`${declared.action}\`` : `none, ${leaf.irreversible}`;
}

function onwards({ otherwise, then }: DoLeaf | VerifyLeaf): readonly string[] {
  const failing = otherwise === null ? [] : [`if that fails: \`${otherwise}\``];
  return then === null ? failing : [...failing, `then: \`${then}\``];
}

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
      const risk = action ? raised(action.risk, leaf.risk) : leaf.risk;
      const held = leaf.precheck === null ? [] : [`only while: ${code(leaf.precheck.when.text)}`];
      const does = `does: \`${leaf.action}\`, ${risk}`;
      const undo = `undo: ${undoWords(leaf, catalogue)}`;
      return [does, ...held, `impact: ${leaf.impact}`, undo, ...proofs, ...onwards(leaf)];
    }
    case 'verify':
      return [...proofs, ...onwards(leaf)];
    case 'manual':
      return [...leaf.checklist.map((item) => `to do: ${item}`), `ends the run as ${leaf.ends}`];
    case 'escalate':
      return [leaf.reason];
    case 'end':
      return [`ends the run as ${leaf.ends}`];
  }
}

function leafSection(leaf: Leaf, catalogue: Catalogue): string {
  const asked = leaf.inputs.map(({ title }) => `asks: ${title}`);
  const why = leaf.why === null ? [] : [leaf.why];
  const all = [...why, ...asked, ...leafFacts(leaf, catalogue)];
  const facts = all.map((fact) => `- ${fact}`);
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
    ...runbook.inputs.map(({ title }) => `asks: ${title}`),
    ...runbook.meanwhile.map((line) => `meanwhile: ${line}`),
  ];
  // What it calls has a section of its own.
  const own = <N extends Leaf | Step>(nodes: readonly N[]) => nodes.filter((one) => !isCalled(one));
  return [
    `### ${runbook.id}: ${runbook.title}`,
    facts.map((fact) => `- ${fact}`).join('\n'),
    'Steps, from the first; `else` without another way leads to the next step:',
    table(['step', 'question', 'reads', 'ways on'], own(stepsOf(runbook)).map(stepRow)),
    'Leaves:',
    ...own(leavesOf(runbook)).map((leaf) => leafSection(leaf, catalogue)),
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
    ...pack.runbooks.map((runbook) => runbookSection(runbook, catalogue)),
  ]);
  const everywhere = ['## Alerts that every region has', builtinTable()];
  return page('Runbooks', about, [...everywhere, ...parts]);
}
