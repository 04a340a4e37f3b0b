import type { ProcessSource } from '../domain/process.ts';
import { userError, type UserError } from '../domain/user-error.ts';

/** The user error of a write whose contract this deployment does not use; empty when `contracts` has it. */
export function validateContract(source: ProcessSource, contracts: readonly ProcessSource[]): UserError[] {
  if (contracts.includes(source)) return [];
  const message = `the operation needs the contract ${source}, and this deployment uses only ${contracts.join(', ')}`;
  return [userError('TENANT_NOT_CONFIGURED', message)];
}
