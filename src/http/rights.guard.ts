import { type ExecutionContext, UseGuards } from '@nestjs/common';
import type { Credential, Permission } from '#credentials';
import { callerOf } from './authentication.js';
import { type Failure, FailureError } from './failure.js';

/**
 * Only callers of whom this holds beside what the route `Requires`. A guard, and no hook as `Authentication` is: they have
 * been let in, so that their body may have been read.
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
