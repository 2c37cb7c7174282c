import type { Tool } from './tool.ts';

const CHAIN = 'DOCKER-USER';

/** The firewall of the place, as far as it drops what comes from an address. */
export const iptables: Tool = async ({ host }, words, _folder, { err }) => {
  const [verb = '', chain = ''] = words;
  const address = words[words.indexOf('-s') + 1] ?? '';
  if (chain !== CHAIN || !words.includes('-s') || words.at(-1) !== 'DROP') {
    err(`iptables ${words.join(' ')} is not simulated here`);
    return 2;
  }
  const { blocked } = host.world().site;
  const known = blocked.includes(address);
  if (verb === '-C' && !known) {
    err('iptables: Bad rule (does a matching rule exist in that chain?).');
    return 1;
  }
  const kept = blocked.filter((one) => one !== address);
  if (verb === '-I' || verb === '-A') {
    host.change({ kind: 'site', patch: { blocked: [address, ...kept] } });
  }
  if (verb === '-D') host.change({ kind: 'site', patch: { blocked: kept } });
  return 0;
};
