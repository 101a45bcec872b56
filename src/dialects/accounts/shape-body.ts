import type { JsonObject } from '#clients';
import { type Shaped, shape } from '../../http/index.js';
import { ConfigDto, WriteClientDto } from './accounts.dto.js';
import { otherKeysOf } from './config.js';

export interface ShapedBody extends Shaped<WriteClientDto> {
  /** What `config` has beside the keys that the registry knows. */
  readonly otherKeys: JsonObject;
}

/** A body in the shape of its DTO, with places as this dialect writes them: `config/tokenMethod`. Unknown properties are ignored. */
export function shapeBody(body: Record<string, unknown>): ShapedBody {
  const shaped = shape(WriteClientDto, body, { path: (steps) => steps.join('/'), nested: { config: ConfigDto } });
  return { ...shaped, otherKeys: otherKeysOf(body.config) };
}
