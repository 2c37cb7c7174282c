import type { Tool } from './tool.ts';

const LEFT_BYTES = 24 * 1024 * 1024;

/** The journal of the place's host, as far as it gives room back. */
export const journalctl: Tool = async ({ host }, words, _folder, { err, out }) => {
  if (!words.some((word) => word.startsWith('--vacuum-'))) {
    out('-- No entries --');
    return 0;
  }
  const { journalBytes } = host.world().site;
  const left = Math.min(journalBytes, LEFT_BYTES);
  host.change({ kind: 'site', patch: { journalBytes: left } });
  err(
    `Vacuuming done, freed ${Math.round((journalBytes - left) / 1024 ** 2)}M of archived journals.`,
  );
  return 0;
};
