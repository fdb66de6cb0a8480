import type { LooseService } from '../language/service.ts';
import { sourceOf } from '../source.ts';
import { tokenize } from '../template/token.ts';
import type { Reader } from '../yaml/reader.ts';

/** The templates of configs are there and can be filled in; with which values is known only at the launch. */
export const checkTemplates = (
  service: LooseService,
  reader: Reader,
  readTemplate: (path: string) => string | undefined,
): void => {
  for (const [podName, pod] of service.pods ?? []) {
    for (const [taskName, task] of pod?.tasks ?? []) {
      for (const [name, config] of task?.configs ?? []) {
        if (config?.template === undefined) continue;
        const path = ['pods', podName, 'tasks', taskName, 'configs', name, 'template'];
        const text = readTemplate(config.template);
        if (text === undefined) {
          reader.reportAt(path, 'value', {
            code: 'template-missing',
            message: `there is no template \`${config.template}\``,
            next: 'put it beside this file or into templates/, or correct the name',
          });
          continue;
        }
        const tokens = tokenize(sourceOf(text, config.template));
        if ('problems' in tokens) reader.add(tokens.problems);
      }
    }
  }
};
