// A bare Nest + TypeORM + Swagger server, as its documentation shows it, in JavaScript: one entity, one controller.
import 'reflect-metadata';
import { Controller, Get, Inject, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';

class Client {}
Entity('nest_clients')(Client);
for (const [name, decorate] of [
  ['id', PrimaryColumn('text')],
  ['name', Column('text')],
  ['redirectUris', Column('text', { array: true })],
]) {
  decorate(Client.prototype, name);
  ApiProperty({ type: String, isArray: name === 'redirectUris' })(Client.prototype, name);
}

const source = {
  provide: DataSource,
  useFactory: () =>
    new DataSource({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [Client],
      synchronize: true,
    }).initialize(),
};

class ClientsController {
  constructor(database) {
    this.clients = database.getRepository(Client);
  }

  list() {
    return this.clients.find({ take: 10 });
  }

  read(id) {
    return this.clients.findOneBy({ id });
  }
}
const method = (name) => Object.getOwnPropertyDescriptor(ClientsController.prototype, name);
Controller('clients')(ClientsController);
Inject(DataSource)(ClientsController, undefined, 0);
Get()(ClientsController.prototype, 'list', method('list'));
ApiOkResponse({ type: Client, isArray: true })(ClientsController.prototype, 'list', method('list'));
Get(':id')(ClientsController.prototype, 'read', method('read'));
ApiOkResponse({ type: Client })(ClientsController.prototype, 'read', method('read'));
Param('id')(ClientsController.prototype, 'read', 0);

class AppModule {}
Module({ controllers: [ClientsController], providers: [source] })(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, new DocumentBuilder().build()));
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT), '127.0.0.1');
