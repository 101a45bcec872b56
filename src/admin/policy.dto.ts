import { ApiProperty } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { BodyProperty, IsWholeNumber } from '../http/index.js';

const MAX_AGE_DAYS = 3650;

/** The rules of a domain. */
export class PolicyDto {
  @BodyProperty()
  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: MAX_AGE_DAYS,
    example: 90,
    description: 'Secrets that are made from now on expire after at most this many days; null: no limit.',
  })
  @ValidateIf((_, value) => value !== null)
  @IsWholeNumber({ least: 1, most: MAX_AGE_DAYS })
  maxSecretAgeDays: number | null;
}
