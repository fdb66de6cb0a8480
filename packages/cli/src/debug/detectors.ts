import type { DetectorAnswer, ReactionAnswer } from '../api/answers.ts';
import { jsonOption, type ServiceCommand } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { printJson } from '../output/json.ts';
import type { Paint } from '../output/terminal.ts';
import { duration } from '../output/time.ts';

export const detectors: ServiceCommand = {
  options: [jsonOption],
  details: 'What the package watches for by itself, what it saw last, and what it did or proposed.',
  run: async (input, { api, out, path }) => {
    const [found, reactions] = await Promise.all([
      api().get<readonly DetectorAnswer[]>(path('/debug/detectors')),
      api().get<readonly ReactionAnswer[]>(path('/debug/reactions')),
    ]);
    if (input.json) printJson(out, { detectors: found, reactions });
    else if (found.length + reactions.length === 0) out.line('The package watches for nothing by itself.');
    else {
      const nowMs = Date.now();
      const lines = [
        ...found.flatMap((detector) => detectorLines(detector, nowMs, out.paint)),
        ...reactions.flatMap((reaction) => reactionLines(reaction, nowMs, out.paint)),
      ];
      for (const line of lines) out.line(line);
    }
    return exitCodes.ok;
  },
};

export function detectorLines(detector: DetectorAnswer, nowMs: number, paint: Paint): readonly string[] {
  const { name, summary, forMs, deed, on, sinceMs, reason = '', error } = detector;
  const what = deed.kind === 'replace' ? 'replaces the instance' : `${deed.kind}s the plan ${deed.plan}`;
  const since = sinceMs === undefined ? '' : ` for ${duration(nowMs - sinceMs)}`;
  const now =
    on === undefined
      ? 'nobody has looked yet'
      : `${on ? paint('yellow', 'on') : 'off'}${since}${reason && `: ${reason}`}`;
  return [
    `${paint('bold', name)}: ${summary}`,
    `  ${what} when it is on for ${duration(forMs)}; now ${now}`,
    ...errorLines(error, paint),
    ...doneLines(detector, nowMs),
  ];
}

function reactionLines(reaction: ReactionAnswer, nowMs: number, paint: Paint): readonly string[] {
  const { name, summary, error } = reaction;
  return [`${paint('bold', name)}: ${summary}`, ...errorLines(error, paint), ...doneLines(reaction, nowMs)];
}

const errorLines = (error: string | undefined, paint: Paint): readonly string[] =>
  error === undefined ? [] : [`  ${paint('red', `the last look failed: ${error}`)}`];

function doneLines({ did }: Pick<DetectorAnswer, 'did'>, nowMs: number): readonly string[] {
  if (did === undefined) return [];
  const { atMs, what, ok, answer } = did;
  return [`  ${duration(nowMs - atMs)} ago: ${what}: ${answer}${ok ? '' : ' (it is tried again)'}`];
}
