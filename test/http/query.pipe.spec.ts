import type { ArgumentMetadata } from '@nestjs/common';
import { NumberParameter, QueryPipe, StrictQueryPipe, TextParameter } from '../../src/http/index.js';

class Pages {
  @NumberParameter({ least: 1 }) limit?: number;
  @TextParameter() search?: string;
}
class Moments {
  @NumberParameter({ least: 1 }) limit?: number;
  @TextParameter() since?: string;
}

describe('a query string on its DTO', () => {
  const pipe = new QueryPipe();
  const read = (query: Record<string, unknown>, metatype: new () => object) =>
    pipe.transform(query, { type: 'query', metatype } as ArgumentMetadata);

  it.each([
    [{}, {}],
    [{ limit: '10' }, { limit: 10 }],
    [
      { limit: '10', search: 'x', other: '1' },
      { limit: 10, search: 'x' },
    ],
    [JSON.parse('{ "__proto__": "1", "constructor": "2", "limit": "3" }'), { limit: 3 }],
  ])('%j, however often it is asked', (query, expected) => {
    for (let time = 0; time < 3; time += 1) {
      const dto = read(query, Pages);
      expect(dto).toBeInstanceOf(Pages);
      expect({ ...dto }).toEqual(expected);
    }
  });

  it('is that of the route, where two routes are asked the same', () => {
    for (let time = 0; time < 2; time += 1) {
      expect(read({ limit: '7', search: 'x' }, Pages)).toEqual(Object.assign(new Pages(), { limit: 7, search: 'x' }));
      expect(read({ limit: '7', search: 'x' }, Moments)).toEqual(Object.assign(new Moments(), { limit: 7 }));
    }
  });

  it('can be changed by no handler, since the next caller may get the same', () => {
    const dto = read({ limit: '10' }, Pages) as Pages;
    expect(() => {
      dto.limit = 11;
    }).toThrow(TypeError);
  });

  it('may have no parameter that the route does not have, where it is read strictly', () => {
    const strict = new StrictQueryPipe();
    const metadata = { type: 'query', metatype: Pages } as ArgumentMetadata;
    expect({ ...strict.transform({ limit: '10' }, metadata) }).toEqual({ limit: 10 });
    const violation = (property: string, message: string) => ({ property, rule: 'format', message });
    expect(() => strict.transform({ limit: '0', Search: 'x' }, metadata)).toThrow(
      expect.objectContaining({
        failure: {
          kind: 'invalid_query',
          violations: [
            violation('limit', 'must be a whole number of at least 1'),
            violation('Search', 'is not a parameter that exists here'),
          ],
        },
      }),
    );
  });

  it.each([{ limit: '0' }, { limit: '1.5' }, { limit: ['1', '2'] }, { search: 'a\0' }])(
    '%j is refused each time',
    (query) => {
      for (let time = 0; time < 2; time += 1) {
        expect(() => read(query, Pages)).toThrow(
          expect.objectContaining({ failure: expect.objectContaining({ kind: 'invalid_query' }) }),
        );
      }
    },
  );
});
