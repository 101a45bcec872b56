import { Body, Query } from '@nestjs/common';
import { BodyPipe } from '../../http/index.js';
import { ClientsQuery, type QueryString } from './list-query.js';

/** The body on its DTO. Places are written as in this dialect: `config/tokenMethod`. Unknown properties are ignored. */
export const BodyAs = <T extends object>(dto: new () => T) =>
  Body(new BodyPipe(dto, { path: (steps) => steps.join('/') }));

/** The query string, which has a grammar of its own (spec/accounts-dialect.md §3). */
export const FromQuery = () => Query({ transform: (parameters: QueryString) => new ClientsQuery(parameters) });
