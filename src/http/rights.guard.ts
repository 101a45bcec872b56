import { type ExecutionContext, UseGuards } from '@nestjs/common';
import type { Credential, Permission } from '#credentials';
import { callerOf } from './authentication.js';
import { type Failure, FailureError } from './failure.js';

/**
 * Admits only callers for whom `holds` is true, in addition to what the route `Requires`. A guard and not a hook like
 * `Authentication`: these callers have been let in already, so their body may have been read.
 */
export const Admits = (holds: (credential: Credential) => boolean, otherwise: Failure) =>
  UseGuards({
    canActivate(context: ExecutionContext): boolean {
      if (holds(callerOf(context).credential)) return true;
      throw new FailureError(otherwise);
    },
  });

export const RequiresToo = (permission: Permission) =>
  Admits((credential) => credential.may(permission), { kind: 'permission_missing', permission });

export const OperatorOnly = () => Admits(({ isOperator }) => isOperator, { kind: 'operator_only' });
