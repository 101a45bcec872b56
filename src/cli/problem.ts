import { visible } from '#visible';

/** The members of a problem document (RFC 9457) that are read here. Another server may have put anything into them. */
interface Problem {
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly errors?: unknown;
}

/** The text of a problem document; undefined = this is no problem document. */
export function problemSentence(document: unknown): string | undefined {
  const { title } = problemOf(document);
  const violations = violationsOf(document);
  if (violations.length > 0) return violations.map(({ message }) => message).join('\n');
  return problemDetail(document) ?? (isSaid(title) ? visible(`${title}.`) : undefined);
}

/** The `detail` of the problem; undefined = it has none. */
export function problemDetail(document: unknown): string | undefined {
  const { detail } = problemOf(document);
  return isSaid(detail) ? visible(detail) : undefined;
}

/** The violations, each with the name of its field. */
export function violationsOf(document: unknown): { readonly field: string; readonly message: string }[] {
  const { errors } = problemOf(document);
  if (typeof errors !== 'object' || errors === null) return [];
  return Object.entries(errors).flatMap(([field, messages]) =>
    [messages].flat().map((message) => ({ field: visible(field), message: visible(String(message)) })),
  );
}

function problemOf(document: unknown): Problem {
  return typeof document === 'object' && document !== null ? document : {};
}

function isSaid(text: unknown): text is string {
  return typeof text === 'string' && text !== '';
}
