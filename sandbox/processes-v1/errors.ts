import { jsonReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';

/** Status and message of an error code. */
type ErrorEntry = readonly [status: number, description: string];

/** The error codes of upstream.md §S1 and §S2 ("错误代码"), with their messages verbatim. */
export const PROCESS_ERRORS: Record<string, ErrorEntry> = {
  '10506': [400, 'The imageBase64 field is not a valid JWT from SDK.'],
  '10507': [400, 'The JWT with the captured face is expired.'],
  '10508': [400, 'The JWT with the captured face has already been used.'],
  '20001': [400, 'O parâmetro authtoken não foi informado.'],
  '20002': [400, 'O parâmetro APIKey não foi informado.'],
  '20003': [400, 'The request body is missing or invalid.'],
  '20004': [400, 'O parâmetro subject não foi informado.'],
  '20005': [400, 'O parâmetro subject.code não foi informado.'],
  '20006': [400, 'O parâmetro subject.name não foi informado.'],
  '20008': [400, 'The subject.email field is invalid.'],
  '20009': [400, 'O parâmetro imagebase64 não foi informado.'],
  '20019': [400, 'The subject.birthDate field is invalid.'],
  '20021': [400, 'The subject.phone field is invalid.'],
  '20023': [400, 'O parâmetro processId não foi informado.'],
  '20024': [400, 'The referenceProcessId field is missing.'],
  '20062': [400, 'The useCase field is invalid.'],
  '20065': [400, 'The referenceProcessId field is invalid.'],
  '20505': [400, 'O base64 informado não é suportado. Os formatos aceitos são png, jpeg e webp.'],
  '20506': [400, 'O base64 informado é muito grande. O tamanho máximo suportado é até 800kb.'],
  '20507': [400, 'O parâmetro subject.code é inválido.'],
  '20508': [400, 'The subject.gender field is invalid.'],
  '20509': [400, 'The subject.name field is invalid.'],
  '20512': [400, 'The referenced process is not available for reuse.'],
  '20513': [400, 'The referenced process was not found.'],
  '20807': [400, 'A imagem precisa estar no padrão HD ou possuir uma resolução superior a 640 x 480.'],
  '20900': [400, 'O base64 informado não é válido.'],
  '10201': [403, 'O AppKey informado é inválido.'],
  '10501': [403, 'O token informado é inválido.'],
  '10502': [403, 'O token informado está expirado.'],
  '30017': [403, 'User does not have permission to perform this action.'],
  '50001': [404, 'O processo informado não foi encontrado.'],
  '20073': [409, 'The processID already exists.'],
  '99999': [500, 'Internal failure! Try again later'],
};

/** The codes of upstream.md §S4 that are missing above, or that have another message there. */
const DOCUMENT_ERRORS: Record<string, ErrorEntry> = {
  '30020': [403, 'The provided authorization token does not have permission to perform this action.'],
  '50001': [404, 'The process is not found.'],
  '99987': [404, 'Attachment not found.'],
  '99999': [500, 'Internal failure! Try again later.'],
};

/** The envelope of upstream.md §5.5. */
function envelope(code: string, [status, description]: ErrorEntry): Reply {
  return jsonReply(status, { error: { code, description } });
}

/** The refusal of processes/v1 with this code. */
export function processError(code: string): Reply {
  return envelope(code, PROCESS_ERRORS[code] ?? [500, 'unlisted']);
}

/** The refusal of documents/v1 with this code. */
export function documentError(code: string): Reply {
  return envelope(code, DOCUMENT_ERRORS[code] ?? PROCESS_ERRORS[code] ?? [500, 'unlisted']);
}
