import { expect, it } from 'vitest';
import {
  configFiles,
  type GlobalOptions,
  packFolders,
  type Surroundings,
} from '../../../src/composition/surroundings.ts';

const options = { config: '/own/region.yaml', packs: null } as GlobalOptions;
const machine = { env: {}, home: '/home/ops', packageRoot: '/opt/opsconsole' } as Surroundings;

it('what an administrator wrote for a host is left out where another folder stands for it', () => {
  const [everybody, ...rest] = configFiles(machine, options);
  expect(everybody).toBe('/etc/opsconsole/config.yaml');
  expect(rest).toEqual(['/home/ops/.config/opsconsole/config.yaml', '/own/region.yaml']);
  const alone = { ...machine, hostFolder: '/tmp/demo/etc' };
  expect(configFiles(alone, options)[0]).toBe('/tmp/demo/etc/config.yaml');
  expect(packFolders(alone, options)[1]).toBe('/tmp/demo/etc/packs');
});
