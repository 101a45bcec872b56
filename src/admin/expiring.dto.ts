import { ApiProperty } from '@nestjs/swagger';
import { CLIENT_ID } from '#clients';
import { ENDING_KINDS, type Ending, type EndingKind, type EndingPosition } from '#expiry';
import { TextParameter } from '../http/index.js';
import { WhoDto } from './audit.dto.js';
import { UUID } from './credentials.dto.js';
import { PageLimit } from './page-query.js';

const DAY_MS = 86_400_000;
const DAY_HOURS = 24;
const DEFAULT_WITHIN = '30d';
const MAX_DAYS = 366;
const WITHIN = /^([1-9]\d{0,3})([dh])$/;

/** Something that expires soon, and who made it. Never contains the value of a secret or a key. */
export class EndingDto {
  @ApiProperty({ enum: ENDING_KINDS, example: 'secret' })
  kind: EndingKind;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'default',
    description: 'null: a credential for all domains of its subscription.',
  })
  domain: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'my-app',
    description: 'The client that expires, or whose secret expires.',
  })
  clientId: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  clientName: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    example: '6f1c2a52-5b51-4f0a-9a43-6a0f1f0c6d1e',
    description: 'The id of the secret or credential.',
  })
  id: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'rotation of January',
    description: 'The name of the secret or credential.',
  })
  name: string | null;

  @ApiProperty({
    example: '9z0a',
    description: 'The last four characters of a generated secret or of an API key; else empty.',
  })
  hint: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  expiresAt: string;

  @ApiProperty({ type: 'integer', example: 13, description: 'Whole days until then.' })
  daysLeft: number;

  @ApiProperty({
    type: WhoDto,
    nullable: true,
    description: 'The credential that made it; null: the audit does not say.',
  })
  createdBy: WhoDto | null;

  @ApiProperty({ format: 'date-time', example: '2025-11-02T12:00:00.000Z' })
  createdAt: string;
}

/** `now`: milliseconds since 1970 by the store's clock. */
export function endingView(ending: Ending, now: number): EndingDto {
  const { kind, domainName, clientId, clientName, id, name, hint, expiresAt, createdAt, maker } = ending;
  return {
    kind,
    domain: domainName,
    clientId,
    clientName,
    id: kind === 'client' ? null : id,
    name,
    hint,
    expiresAt: expiresAt.toISOString(),
    daysLeft: Math.max(0, Math.floor((expiresAt.getTime() - now) / DAY_MS)),
    createdBy: maker ?? null,
    createdAt: createdAt.toISOString(),
  };
}

export class ExpiringQuery {
  @TextParameter({
    description: 'Only what belongs to this domain. Credentials for all domains of a subscription belong to none.',
  })
  domain?: string;

  @TextParameter({
    pattern: WITHIN.source,
    default: DEFAULT_WITHIN,
    example: DEFAULT_WITHIN,
    description: `Only what expires within this many days (\`30d\`) or hours (\`12h\`), at most ${MAX_DAYS} days.`,
    holds: (text) => hoursIn(text) <= MAX_DAYS * DAY_HOURS,
    message: `must be a number of days or hours such as 30d or 12h, at most ${MAX_DAYS}d`,
  })
  within?: string;

  @PageLimit()
  limit?: number;

  @TextParameter({
    description: 'Only what comes after this place in the list. The Link header contains it.',
    holds: (text) => placeIn(text) !== undefined,
    message: 'must be a place that a Link header names',
  })
  after?: string;
}

export function withinHours({ within = DEFAULT_WITHIN }: ExpiringQuery): number {
  return hoursIn(within);
}

/** NaN = the text is no number of days or hours. */
function hoursIn(text: string): number {
  const [, count, unit] = WITHIN.exec(text) ?? [];
  return Number(count) * (unit === 'd' ? DAY_HOURS : 1);
}

/** The time, the kind, for a client its domain, and the id. */
const PLACE = /^(\d{1,15})-(?:(client)-(\d{1,18})-(.+)|(credential|secret)-(.+))$/s;

/** The place of something in the list, as text. */
export function placeOf({ expiresAt, kind, domainId, id }: EndingPosition): string {
  return [expiresAt.getTime(), kind, ...(kind === 'client' ? [domainId] : []), id].join('-');
}

/** undefined = the text is no place in the list. */
export function placeIn(text: string): EndingPosition | undefined {
  const [, time, client, domainId = null, clientId = '', other, uuid = ''] = PLACE.exec(text) ?? [];
  const isPlace = client ? CLIENT_ID.test(clientId) : UUID.test(uuid);
  if (!isPlace) return undefined;
  return { expiresAt: new Date(Number(time)), kind: (client ?? other) as EndingKind, domainId, id: clientId || uuid };
}
