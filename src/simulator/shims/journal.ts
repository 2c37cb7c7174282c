import type { Tool } from './tool.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const LEFT_BYTES = 24 * MIB;

/** A size as systemd writes it. */
const sizeWords = (bytes: number) =>
  bytes >= GIB ? `${(bytes / GIB).toFixed(1)}G` : `${(bytes / MIB).toFixed(1)}M`;

/** The journal of the place's host, as far as it gives room back. */
export const journalctl: Tool = async ({ host }, words, _folder, { err, out }) => {
  if (words.includes('--disk-usage')) {
    const size = sizeWords(host.world().site.journalBytes);
    out(`Archived and active journals take up ${size} in the file system.`);
    return 0;
  }
  if (!words.some((word) => word.startsWith('--vacuum-'))) {
    out('-- No entries --');
    return 0;
  }
  const { journalBytes } = host.world().site;
  const left = Math.min(journalBytes, LEFT_BYTES);
  host.change({ kind: 'site', patch: { journalBytes: left } });
  err(`Vacuuming done, freed ${sizeWords(journalBytes - left)} of archived journals.`);
  return 0;
};
