import { stringify } from 'yaml';
import { isVisible, visibleJson } from '#visible';

/** The value as YAML. Texts with invisible characters are quoted and escaped as in JSON. */
export function yamlOf(value: unknown): string {
  const text = stringify(value).trimEnd();
  if (text.split('\n').every(isVisible)) return text;
  const quoted = { defaultStringType: 'QUOTE_DOUBLE', doubleQuotedAsJSON: true } as const;
  return visibleJson(stringify(value, quoted).trimEnd());
}
