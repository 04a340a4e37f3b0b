import type { CallOptions } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import { unreachable } from '../../lib/unreachable.ts';
import type { UnicoClient } from './client.ts';

/** Asks a contract about a process: `null` where it does not know it. Throws `UpstreamFailure`. */
export function getProcess(
  unico: Pick<UnicoClient, 'idcloud' | 'processesV1'>,
  source: ProcessSource,
  id: ProcessId,
  callOptions: CallOptions,
): Promise<Process | null> {
  switch (source) {
    case 'IDCLOUD':
      return unico.idcloud.getProcess(id, callOptions);
    case 'PROCESSES_V1':
      return unico.processesV1.getProcess(id, callOptions);
    default:
      return unreachable(source, 'contract');
  }
}
