// A bare Nest + TypeORM + Swagger server, as its documentation shows it: one entity, one controller.
import 'reflect-metadata';
import { Controller, Get, Inject, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';

@Entity('nest_clients')
class Client {
  @ApiProperty()
  @PrimaryColumn('text')
  id: string;

  @ApiProperty()
  @Column('text')
  name: string;

  @ApiProperty({ type: String, isArray: true })
  @Column('text', { array: true })
  redirectUris: string[];
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

@Controller('clients')
class ClientsController {
  private readonly clients: Repository<Client>;

  constructor(@Inject(DataSource) database: DataSource) {
    this.clients = database.getRepository(Client);
  }

  @Get()
  @ApiOkResponse({ type: Client, isArray: true })
  list() {
    return this.clients.find({ take: 10 });
  }

  @Get(':id')
  @ApiOkResponse({ type: Client })
  read(@Param('id') id: string) {
    return this.clients.findOneBy({ id });
  }
}

@Module({ controllers: [ClientsController], providers: [source] })
class AppModule {}

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, new DocumentBuilder().build()));
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT), '127.0.0.1');
