// A third dialect, which nobody publishes: clients in the words of RFC 7591 and
// its form of errors. It shows that the core, src/http and the tests of all
// APIs know a dialect through its list alone.
import { Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import type { Dialect } from '../../../src/http/index.js';
import { RegistrationsController } from './registrations.controller.js';
import { errorPages, problemSchema, render } from './registrations.errors.js';

@Module({ imports: [ClientsModule], controllers: [RegistrationsController] })
class RegistrationsModule {}

export const registrations: Dialect = {
  name: 'registrations',
  title: 'Registrations',
  basePath: '/registrations',
  description: 'Clients in the words of RFC 7591.',
  tags: [{ name: 'Registrations', description: 'Clients, by the id that they are registered under.' }],
  module: RegistrationsModule,
  things: { '{client_id}': 'client', '{domain}': 'domain' },
  exampleViolations: [{ property: 'redirect_uris', rule: 'format', message: 'must be an array of strings' }],
  render,
  problemSchema,
  problemName: 'RegistrationError',
  errorPages,
};
