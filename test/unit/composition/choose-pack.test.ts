import { describe, expect, it } from 'vitest';
import { packByContainers, packByName } from '../../../src/composition/choose-pack.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import type { ProjectPlan } from '../../../src/config/plan.ts';
import type { Pack } from '../../../src/runbooks/pack.ts';
import { container } from '../signals/make.ts';

function pack(system: string, services: readonly (readonly string[])[] = []): Pack {
  return {
    system,
    title: system,
    roles: services.map((names, index) => ({ role: `${system}-${index}`, services: names })),
    durations: {},
    sources: [],
    signals: [],
    alerts: [],
    severities: [],
    contacts: [],
    templates: {},
    checklists: {},
    requires: { env: [], commands: [] },
    runbooks: [],
  };
}

const shop = pack('shop', [['web'], ['redis'], ['postgres'], ['queue', 'rabbit']]);
const mail = pack('mail', [['smtp'], ['redis']]);
const packs = [shop, mail];
const runs = (project: string, ...services: string[]) =>
  services.map((service) => container(service, { project }));

describe('a pack by its name', () => {
  it('is the one that was named, in the project that was named, else in one of its name', () => {
    expect(packByName(packs, 'mail', null)).toEqual({ pack: mail, project: 'mail' });
    expect(packByName(packs, 'mail', 'blue')).toEqual({ pack: mail, project: 'blue' });
  });

  it('is the one called like the project where none was named', () => {
    expect(packByName(packs, null, 'shop')).toEqual({ pack: shop, project: 'shop' });
    expect(packByName(packs, null, 'other')).toBeNull();
    expect(packByName(packs, null, null)).toBeNull();
  });

  it('that is not there is refused with the nearest name, or with all of them', () => {
    const refused = (name: string, known: readonly Pack[]) => () => packByName(known, name, null);
    expect(refused('shpo', packs)).toThrow(ConfigError);
    expect(refused('shpo', packs)).toThrow(/No pack shpo is loaded; .*shop/);
    expect(refused('zzzzzz', packs)).toThrow(/there are: shop, mail/);
    expect(refused('shop', [])).toThrow(/there are: none/);
  });
});

describe('a pack by what runs', () => {
  const guessed = (value: string): ProjectPlan => ({ value, origin: 'the folder', named: false });
  const named = (value: string): ProjectPlan => ({ value, origin: 'the folder', named: true });

  it('is the one called like a compose project, whatever runs in it', () => {
    const running = [...runs('blue', 'smtp', 'redis'), ...runs('shop', 'nothing')];
    expect(packByContainers(packs, running, null)).toEqual({ pack: shop, project: 'shop' });
    expect(packByContainers([mail], running, null)).toEqual({ pack: mail, project: 'blue' });
  });

  it('is the one whose roles are seen most, at least half of them, in one project', () => {
    const half = runs('blue', 'web', 'rabbit');
    expect(packByContainers(packs, half, null)).toEqual({ pack: shop, project: 'blue' });
    const spread = [...runs('blue', 'web'), ...runs('green', 'queue')];
    expect(packByContainers([shop], spread, null)).toEqual({ pack: null, project: null });
    const less = runs('blue', 'web', 'unknown');
    expect(packByContainers([shop], less, null)).toEqual({ pack: null, project: null });
  });

  it('looks at no other project than the one that was named', () => {
    const running = [...runs('blue', 'web', 'redis'), ...runs('green', 'x')];
    expect(packByContainers([shop], running, named('green'))).toEqual({
      pack: null,
      project: 'green',
    });
    expect(packByContainers([shop], running, named('gone'))).toEqual({
      pack: null,
      project: 'gone',
    });
  });

  it('takes a guessed project where it runs, and any other where it does not', () => {
    const running = [...runs('blue', 'web', 'redis'), ...runs('green', 'smtp', 'redis')];
    expect(packByContainers(packs, running, guessed('blue'))).toEqual({
      pack: shop,
      project: 'blue',
    });
    expect(packByContainers(packs, running, guessed('gone')).pack).toBe(mail);
  });

  it('is none where nothing runs, and never one without roles', () => {
    expect(packByContainers(packs, [], null)).toEqual({ pack: null, project: null });
    expect(packByContainers([pack('bare')], runs('blue', 'web'), null).pack).toBeNull();
  });
});
