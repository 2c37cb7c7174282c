import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../src/domain/log-line.ts';
import { valuesIn } from '../../../src/integrations/docker/probes-log-values.ts';
import { processesIn } from '../../../src/integrations/docker/probes-processes.ts';
import { roomIn } from '../../../src/integrations/docker/probes-room.ts';
import { settingText } from '../../../src/integrations/postgres/set-setting.ts';

const KIB = 1024;

describe('what df writes', () => {
  it.each([
    ['coreutils', '/dev/sda1      103081248 61237016  36561968      63% /var/lib/data'],
    ['busybox', 'overlay              103081248  61237016  36561968  63% /var/lib/data'],
    ['a device with blanks', 'my disk 103081248 61237016 36561968 63% /var/lib/data'],
  ])('is read as %s writes it', (_, row) => {
    expect(roomIn(['Filesystem 1024-blocks Used Available Capacity Mounted on', row])).toEqual({
      mount: '/var/lib/data',
      sizeBytes: 103_081_248 * KIB,
      usedBytes: 61_237_016 * KIB,
      freeBytes: 36_561_968 * KIB,
    });
  });

  it('is nothing when it is something else', () => {
    expect(roomIn([])).toBeNull();
    expect(roomIn(['Filesystem', 'df: /no: No such file or directory'])).toBeNull();
    expect(roomIn(['overlay 1 2 3 4% /'])).toBeNull();
  });
});

describe('the numbers of a log', () => {
  const line = (fields: LogLine['fields'], at: number | null = null): LogLine => ({
    at,
    source: 'server',
    stream: 'stdout',
    level: null,
    message: '',
    raw: '',
    fields,
  });

  it('count where they are numbers, and where the line fits', () => {
    const lines = [
      ...Array.from({ length: 99 }, (_, ms) => line({ msg: 'done', ms, code: 200 }, 1000 + ms)),
      line({ msg: 'done', ms: 5000, code: 500 }, 900),
      line({ msg: 'done', ms: 'slow' }),
      line({ msg: 'begun', ms: 9e9 }),
      line(null),
    ];
    expect(valuesIn(lines, { field: 'ms', where: { msg: 'done' }, by: 'code' })).toEqual({
      lines: 103,
      count: 100,
      median: 49,
      p95: 94,
      p99: 98,
      max: 5000,
      from: 900,
      groups: { '200': 99, '500': 1, '': 1 },
    });
  });

  it('of many groups keeps some', () => {
    const lines = Array.from({ length: 100 }, (_, from) => line({ ms: 1, from }));
    const { groups } = valuesIn(lines, { field: 'ms', where: {}, by: 'from' });
    expect(Object.keys(groups)).toHaveLength(20);
  });
});

describe('what the engine tells of processes', () => {
  it('is read row by row, commands with blanks and escapes in them', () => {
    const answer = {
      Titles: ['PID', 'PPID', 'ELAPSED', 'COMMAND'],
      Processes: [
        ['10', '1', '60', 'gunicorn: master'],
        ['11', '10', '59', 'g\u001b[31m w -c x'],
      ],
    };
    expect(processesIn(answer, 'api-1')).toEqual([
      { container: 'api-1', pid: 10, parent: 1, upSeconds: 60, command: 'gunicorn: master' },
      { container: 'api-1', pid: 11, parent: 10, upSeconds: 59, command: 'g w -c x' },
    ]);
    expect(processesIn({ Processes: null }, 'api-1')).toEqual([]);
  });
});

describe('the statement of a setting', () => {
  it.each([
    ['max_connections', '200', "ALTER SYSTEM SET max_connections = '200'"],
    [
      'shared_preload_libraries',
      ',auto_explain, pg_stat_statements',
      "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_stat_statements'",
    ],
    ['work_mem', ' ', 'ALTER SYSTEM RESET work_mem'],
  ] as const)('%s %s', (setting, value, text) => {
    expect(settingText({ setting, value })).toBe(text);
  });
});
