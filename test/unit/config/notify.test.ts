import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../../src/config/settings.ts';
import { errorsOf, machine, planOf } from './files.ts';

const region = (lines: string) => `regions:\n  a:\n    ${lines.replaceAll('\n', '\n    ')}\n`;

describe('channels for messages', () => {
  test('stand in their order, webhooks by reference', () => {
    const text = region(
      'notify:\n' +
        '  - {name: ops, webhook: env:HOOK, timeout: 5s}\n' +
        '  - {name: pager, command: [page, --to, oncall, --token=abc]}',
    );
    const plan = planOf(text, machine({ HOOK: 'https://hooks.example/T/verysecret' }));
    expect(plan.notify).toMatchObject([
      { name: 'ops', kind: 'webhook', timeoutMs: 5000, address: { reference: 'env:HOOK' } },
      { name: 'pager', kind: 'command', timeoutMs: 10_000 },
    ]);
    const [first] = plan.notify;
    expect(first?.kind === 'webhook' ? first.address.read() : null).toContain('verysecret');
    const rows = settingsOf(plan).filter(({ key }) => key.startsWith('notify.'));
    expect(rows.map(({ key, value }) => `${key} ${value}`)).toEqual([
      'notify.ops.webhook •••• (env:HOOK)',
      'notify.ops.timeout 5s',
      'notify.pager.command page --to oncall --token=••••',
      'notify.pager.timeout 10s',
    ]);
    expect(rows[0]?.origin).toMatch(/config\.yaml:4:21$/);
    expect(planOf(null).notify).toEqual([]);
  });

  test.each([
    ['notify: {name: a}', 'nothing says where messages go'],
    ['notify: {name: a, webhook: env:A, command: [b]}', 'a channel has one way out'],
    ['notify: {name: a, webhook: "https://x/y"}', 'a secret stands here by reference'],
    ['notify: {name: a, webhook: env:A, timeout: 5m}', '`timeout` is too long'],
    ['notify: {webhook: env:A}', 'name'],
    ['notify: {name: a, command: []}', 'command'],
    ['policy: {read-only: false}', 'policy'],
  ])('%s is refused', (line, words) => {
    const errors = errorsOf(region(line));
    expect(errors.join('\n')).toContain(words);
    expect(errors).toHaveLength(1);
  });
});
