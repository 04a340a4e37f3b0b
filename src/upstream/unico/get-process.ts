import type { Patience } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import { unreachable } from '../../lib/unreachable.ts';
import type { Unico } from './client.ts';

/** Asks a contract about a process: `null` where it does not know it. Throws `UpstreamFailure`. */
export function getProcess(
  unico: Pick<Unico, 'idcloud' | 'processesV1'>,
  source: ProcessSource,
  id: ProcessId,
  patience: Patience,
): Promise<Process | null> {
  switch (source) {
    case 'IDCLOUD':
      return unico.idcloud.getProcess(id, patience);
    case 'PROCESSES_V1':
      return unico.processesV1.getProcess(id, patience);
    default:
      return unreachable(source, 'contract');
  }
}
