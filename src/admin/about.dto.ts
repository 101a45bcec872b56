import { ApiProperty, type ApiPropertyOptions, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import {
  type Client,
  type ClientAbout,
  isLabelKey,
  isLabelValue,
  isManager,
  LABEL_KEY_RULE,
  LABEL_VALUE_RULE,
  MANAGER_RULE,
  MANAGER_SCHEMA,
  MAX_LABELS,
  NOTHING_SAID,
} from '#clients';
import { BodyProperty, IsVisibleText, TextParameter, visibleTextSchema } from '../http/index.js';
import { PageLimit } from './page-query.js';

const MAX_NAME_LENGTH = 200;
const MAX_DESCRIPTION_LENGTH = 1000;
/** Room to take all away and set as many others. */
const MAX_PATCHED_LABELS = 2 * MAX_LABELS;

const text = (schema: ApiPropertyOptions): ApiPropertyOptions =>
  ({ ...schema, required: false, nullable: true }) as ApiPropertyOptions;
const labelsSchema = (most: number, value: object): ApiPropertyOptions => ({
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 63, ...value },
  maxProperties: most,
  selfRequired: false,
  nullable: true,
  example: { team: 'shop', 'example.com/tier': 'gold' },
});

/** Labels by their keys. `most`: how many may be named; `isPatch`: null takes a label away. */
function IsLabels({ most, isPatch }: { most: number; isPatch: boolean }): PropertyDecorator {
  const violationIn = (labels: unknown): string | undefined => {
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return 'must be an object of texts';
    const entries = Object.entries(labels);
    if (entries.length > most) return `must be at most ${most}`;
    const badKey = entries.find(([key]) => !isLabelKey(key));
    if (badKey) return `must have other keys than ${JSON.stringify(badKey[0].slice(0, 64))}: a key ${LABEL_KEY_RULE}`;
    const badValue = entries.find(([, value]) => !(isPatch && value === null) && !isText(value));
    return badValue && `must have another value at ${badValue[0]}: a value ${LABEL_VALUE_RULE}`;
  };
  return ValidateBy({
    name: 'isLabels',
    validator: {
      validate: (value) => violationIn(value) === undefined,
      defaultMessage: (asked?: ValidationArguments) => violationIn(asked?.value) ?? '',
    },
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && isLabelValue(value);
}

function IsManager(): PropertyDecorator {
  return ValidateBy({
    name: 'isManager',
    validator: {
      validate: (value) => typeof value === 'string' && isManager(value),
      defaultMessage: () => MANAGER_RULE,
    },
  });
}

/** What both bodies have. */
class AboutTexts {
  @BodyProperty()
  @ApiProperty(text({ ...visibleTextSchema(MAX_NAME_LENGTH), example: 'Team Shop' }))
  @IsOptional()
  @IsVisibleText({ most: MAX_NAME_LENGTH })
  owner?: string | null;

  @BodyProperty()
  @ApiProperty(
    text({
      ...visibleTextSchema(MAX_NAME_LENGTH),
      example: 'shop@example.com',
      description: 'Whom to ask: an address, a channel, a number.',
    }),
  )
  @IsOptional()
  @IsVisibleText({ most: MAX_NAME_LENGTH })
  contact?: string | null;

  @BodyProperty()
  @ApiProperty(text({ ...visibleTextSchema(MAX_DESCRIPTION_LENGTH), example: 'The checkout of the shop' }))
  @IsOptional()
  @IsVisibleText({ most: MAX_DESCRIPTION_LENGTH })
  description?: string | null;

  @BodyProperty()
  @ApiProperty(
    text({
      ...MANAGER_SCHEMA,
      example: 'terraform',
      description: 'The name of the tool or of the team that manages the client.',
    }),
  )
  @IsOptional()
  @IsManager()
  managedBy?: string | null;

  @BodyProperty()
  @ApiProperty({
    type: Boolean,
    required: false,
    nullable: true,
    example: false,
    description:
      'true: the client is changed only in the name of its manager (the header Managed-By). Needs managedBy.',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true, false or null' })
  locked?: boolean | null;
}

/** The body of PUT …/about: a JSON merge patch (RFC 7396). */
@ApiSchema({ name: 'DescribeClientRequest' })
export class DescribeDto extends AboutTexts {
  @BodyProperty()
  @ApiProperty({
    ...labelsSchema(MAX_PATCHED_LABELS, { nullable: true }),
    description: `Labels that are not named stay, and null takes one away. At most ${MAX_LABELS} may remain. A key ${LABEL_KEY_RULE}; a value ${LABEL_VALUE_RULE}, or is empty.`,
  } as ApiPropertyOptions)
  // As they were sent: a key can be called like a property that every object has.
  @Transform(({ obj }) => obj.labels)
  @IsOptional()
  @IsLabels({ most: MAX_PATCHED_LABELS, isPatch: true })
  labels?: Record<string, string | null> | null;
}

/** What a line of an import says. It is all that is said of the client: what is absent is not said. */
export class AboutInLineDto extends AboutTexts {
  @BodyProperty()
  @ApiProperty(labelsSchema(MAX_LABELS, {}))
  @Transform(({ obj }) => obj.labels)
  @IsOptional()
  @IsLabels({ most: MAX_LABELS, isPatch: false })
  labels?: Record<string, string> | null;
}

/** What is said of a client. */
export class AboutDto {
  @ApiProperty({ type: String, nullable: true, example: 'Team Shop' })
  owner: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'shop@example.com' })
  contact: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'The checkout of the shop' })
  description: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { team: 'shop' } })
  labels: Readonly<Record<string, string>>;

  @ApiProperty({ type: String, nullable: true, example: 'terraform' })
  managedBy: string | null;

  @ApiProperty({ example: true, description: 'Whether the client is changed only in the name of its manager.' })
  locked: boolean;
}

/** A client in a list. */
export class ListedClientDto {
  @ApiProperty({ example: 'my-app' })
  clientId: string;

  @ApiProperty({ type: String, nullable: true, example: 'My App' })
  clientName: string | null;

  @ApiProperty({ type: AboutDto, nullable: true, description: 'null: nothing is said of it.' })
  about: AboutDto | null;
}

const SELECTOR = /^([^=]*)(?:=(.*))?$/s;

export class ListedClientsQuery {
  @PageLimit()
  limit?: number;

  @TextParameter({ description: 'Only clients with ids after this one.' })
  after?: string;

  @TextParameter({ description: 'Only clients of this owner.' })
  owner?: string;

  @TextParameter({ description: 'Only clients that this tool or team manages.' })
  managedBy?: string;

  @TextParameter({
    holds: (selector) => labelIn(selector) !== undefined,
    message: 'must be given once, as a key of a label or key=value',
    description: 'Only clients with this label: `key`, or `key=value`.',
    example: 'team=shop',
  })
  label?: string;
}

/** undefined = it is none. */
export function labelIn(selector: string): { readonly key: string; readonly value?: string } | undefined {
  const [, key = '', value] = SELECTOR.exec(selector) ?? [];
  return isLabelKey(key) && (value === undefined || isLabelValue(value)) ? { key, value } : undefined;
}

/** Of a client of which nothing is said. */
export const NOTHING: AboutDto = { ...NOTHING_SAID, labels: {} };

/** null = nothing is said of the client. */
export function aboutView(client: ClientAbout): AboutDto | null {
  const { owner, contact, description, labels, managedBy, locked } = client;
  const isSaid = [owner, contact, description, labels, managedBy].some((value) => value !== null);
  return isSaid ? { owner, contact, description, labels: labels ?? {}, managedBy, locked } : null;
}

export function listedClientView(client: Client): ListedClientDto {
  const { clientId, clientName } = client;
  return { clientId, clientName, about: aboutView(client) };
}
