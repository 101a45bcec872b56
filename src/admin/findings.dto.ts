import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { FINDING_CODES, FINDING_KINDS, type FindingCode } from '#clients';
import { TextParameter } from '../http/index.js';
import { PageLimit } from './page-query.js';

const DEFAULT_DAYS = 90;
const DAYS = /^([1-9]\d{0,3})d$/;
const MAX_POLICIES = 100;

/** For OpenAPI documents, in which an enum has no place for the meaning of each value. */
export const CODES_EXPLAINED = FINDING_CODES.map((code) => {
  const { means, source } = FINDING_KINDS[code];
  return `- \`${code}\`: ${means} ([${source.name}](${source.href}))`;
}).join('\n');

@ApiSchema({ name: 'FindingSource' })
class SourceDto {
  @ApiProperty({ example: 'RFC 7591 §3.2.1' })
  name: string;

  @ApiProperty({ format: 'uri', example: 'https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1' })
  href: string;
}

/** A fact about a client that somebody should look at. */
export class FindingDto {
  @ApiProperty({ enum: FINDING_CODES, example: 'secret_never_expires', description: CODES_EXPLAINED })
  code: FindingCode;

  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    description: 'The secret that it is about, if any.',
  })
  secretId: string | null;

  @ApiProperty({ example: 'The secret “ci” …w3Fq, made on 2026-01-31, never expires.' })
  sentence: string;

  @ApiProperty({ type: SourceDto, description: 'The section that says why this matters.' })
  source: SourceDto;

  @ApiProperty({ example: FINDING_KINDS.secret_never_expires.whatToDo })
  whatToDo: string;
}

export class FindingsPageQuery {
  @TextParameter({
    enum: FINDING_CODES,
    description: 'Only findings with this code.',
    holds: (text) => (FINDING_CODES as readonly string[]).includes(text),
    message: `must be one of ${FINDING_CODES.join(', ')}`,
  })
  code?: FindingCode;

  @TextParameter({ description: 'Only findings about this client.' })
  clientId?: string;

  @TextParameter({
    pattern: DAYS.source,
    default: `${DEFAULT_DAYS}d`,
    description: 'After how many days without a sighting a client is a finding (`not_seen`).',
    holds: (text) => DAYS.test(text),
    message: 'must be a number of days such as 90d',
  })
  notSeenFor?: string;

  @TextParameter({
    example: 'policy.employees,policy.partners',
    description: `The ids of all policies that exist, at most ${MAX_POLICIES}, with commas between them. The registry does not know them: without this parameter there are no findings about policies.`,
    holds: (text) => !text.includes('\0') && text.split(',').length <= MAX_POLICIES,
    message: `must be at most ${MAX_POLICIES} ids with commas between them, given once`,
  })
  policies?: string;

  @PageLimit()
  limit?: number;

  @TextParameter({ description: 'Only findings about clients after this id.' })
  after?: string;
}

export function daysOf(query: FindingsPageQuery): number {
  return Number(DAYS.exec(query.notSeenFor ?? '')?.[1] ?? DEFAULT_DAYS);
}

export function policiesOf({ policies }: FindingsPageQuery): string[] | undefined {
  return policies?.split(',').filter((policy) => policy !== '');
}
