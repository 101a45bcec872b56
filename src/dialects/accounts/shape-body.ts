import { type Shaped, shape } from '../../http/index.js';
import { ConfigDto, WriteClientDto } from './accounts.dto.js';

/** A body in the shape of its DTO, with places as this dialect writes them: `config/tokenMethod`. Unknown properties are ignored. */
export function shapeBody(body: Record<string, unknown>): Shaped<WriteClientDto> {
  return shape(WriteClientDto, body, { path: (steps) => steps.join('/'), nested: { config: ConfigDto } });
}
