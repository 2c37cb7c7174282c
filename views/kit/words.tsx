import { Text } from 'ink';
import type { Tone } from '../present/line.ts';
import { toAscii } from '../present/sign.ts';
import { useStage } from './context.ts';
import { styleOf } from './theme.ts';

/** The one place where text takes its colour, and its plain form on a terminal without Unicode. */
export function Words({ text, tone }: { readonly text: string; readonly tone: Tone }) {
  const { appearance } = useStage();
  const shown = appearance.unicode ? text : toAscii(text);
  return <Text {...styleOf(tone, appearance.color)}>{shown}</Text>;
}
