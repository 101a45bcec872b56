import { stringify } from 'yaml';
import { isVisible, visibleJson } from '#visible';

/** YAML of the same value, all of which can be seen: where something cannot, its texts are quoted as in JSON. */
export function yamlOf(value: unknown): string {
  const text = stringify(value).trimEnd();
  if (text.split('\n').every(isVisible)) return text;
  const quoted = { defaultStringType: 'QUOTE_DOUBLE', doubleQuotedAsJSON: true } as const;
  return visibleJson(stringify(value, quoted).trimEnd());
}
