import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { BodyProperty } from './body.pipe.js';
import { IsWholeNumber } from './validators.js';

const DAY_SECONDS = 86_400;
export const DEFAULT_OVERLAP_SECONDS = DAY_SECONDS;
const MAX_OVERLAP_SECONDS = 30 * DAY_SECONDS;

/** A property of a rotation: for how long what it replaces stays good. */
export function OverlapSeconds(description: string): PropertyDecorator {
  return applyDecorators(
    BodyProperty(),
    ApiProperty({
      ...{ type: 'integer', required: false, nullable: true, minimum: 0, maximum: MAX_OVERLAP_SECONDS },
      ...{ default: DEFAULT_OVERLAP_SECONDS, example: 3600, description },
    }),
    IsOptional(),
    IsWholeNumber({ least: 0, most: MAX_OVERLAP_SECONDS }),
  );
}
