import { UpstreamFailure } from '../domain/failure.ts';
import { parseIdempotencyKey } from '../domain/idempotency-key.ts';
import type { NewProcess } from '../domain/new-process.ts';
import type { Process } from '../domain/process.ts';
import { userError, type UserError } from '../domain/user-error.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { below, toUserError } from './mutation-failure.ts';
import { formsGiven, toNewProcess } from './new-process.ts';

const ADVICE =
  'the process may exist and be billed. Look for it in the portal of Unico before you create it under a new key';

type Payload = { process: Process | null; replayed: boolean; userErrors: UserError[] };

function failed(...userErrors: UserError[]): Payload {
  return { process: null, replayed: false, userErrors };
}

/** Members of Unico's request that are called otherwise in a form's input, or are not in it. */
const OTHER_NAMES: Record<NewProcess['kind'], { [member: string]: string | null }> = {
  onboarding: { referenceProcessId: null, references: null },
  transactional: {},
  document: {
    imageBase64: 'files',
    references: 'authProcessId',
    referenceProcessId: 'authProcessId',
    useCase: null,
  },
  ageVerification: { referenceProcessId: null, references: null },
  journey: { duiType: 'person.duiType', duiValue: 'person.duiValue', processId: null },
};

function fieldMapper(kind: NewProcess['kind']): (member: string) => string[] | null {
  return (member) => {
    const other = OTHER_NAMES[kind][member];
    return other === null ? null : ['input', kind, ...(other ?? member).split('.')];
  };
}

/** Creates a process; what the caller can mend comes as `userErrors`, faults are thrown. */
export const createProcess: NonNullable<MutationResolvers['createProcess']> = async (
  _,
  { idempotencyKey, input },
  { access, deadline },
) => {
  const key = parseIdempotencyKey(idempotencyKey);
  if (key === null) {
    const message = `expected 1 to 128 visible ASCII characters, got ${idempotencyKey.length} characters`;
    return failed(userError('IDEMPOTENCY_KEY_INVALID', message, { field: ['idempotencyKey'] }));
  }
  const forms = formsGiven(input);
  if (forms !== 1) {
    const message = `expected exactly one form of creation, got ${forms}`;
    return failed(userError('REQUEST_INVALID', message, { field: ['input'] }));
  }
  const newProcess = toNewProcess(input);
  try {
    const written = await access.writer.create({ idempotencyKey: key, input: newProcess }, deadline);
    if (!written.ok)
      return failed(...written.problems.map((problem) => below(['input', newProcess.kind], problem)));
    return { process: written.value, replayed: false, userErrors: [] };
  } catch (error) {
    if (error instanceof UpstreamFailure)
      return failed(toUserError(error, fieldMapper(newProcess.kind), ADVICE));
    throw error;
  }
};
