import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../upstream.ts';
import type { Marks } from './marks.ts';
import { nextId } from './operations.ts';

/** A Unico whose every value is marked. */
export type MarkedUnico = Upstream & {
  /** Answers with this from now on; with marked processes for `null`. */
  answerWith(reply: Reply | null): void;
};

/** A process of client/v1/process in which every value is marked that can be. */
function markedJourney(marks: Marks, id: string): object {
  const personal = {
    cpf: marks.cpf('personal', 'idcloud data.cpfNumero'),
    name: marks.person('personal', 'idcloud data.nomeCivil'),
    day: marks.day('personal', 'idcloud data.dataNascimento'),
  };
  const document = {
    doc_id: marks.word('plain', 'idcloud doc_id'),
    typified: true,
    cpf_match: true,
    face_match: true,
    validate_doc: true,
    reused_doc: false,
    signed_url: marks.url('personal', 'idcloud signed_url'),
    unknown: marks.person('personal', 'idcloud document.unknown'),
    doc: {
      version: 2,
      code: marks.word('plain', 'idcloud doc.code'),
      data: {
        numero: marks.word('personal', 'idcloud data.numero'),
        nomeCivil: personal.name,
        cpfNumero: personal.cpf,
        dataNascimento: `${personal.day}T00:00:00Z`,
        dataExpiracao: marks.day('personal', 'idcloud data.dataExpiracao'),
        categoria: marks.word('personal', 'idcloud data.categoria'),
        filiacao: [
          marks.person('personal', 'idcloud mother'),
          { pai: marks.person('personal', 'idcloud father') },
        ],
        endereco: { rua: { nome: marks.person('personal', 'idcloud street') } },
        [marks.word('personal', 'idcloud name of a property')]: 1,
      },
    },
  };
  return {
    process: {
      id,
      flow: marks.word('plain', 'idcloud flow'),
      callbackUri: marks.url('personal', 'idcloud callbackUri'),
      userRedirectUrl: marks.url('personal', 'idcloud userRedirectUrl'),
      state: 'PROCESS_STATE_FINISHED',
      result: 'PROCESS_RESULT_OK',
      createdAt: '2026-11-23T13:23:49.540865Z',
      finishedAt: '2026-11-23T13:24:49.540865Z',
      expiresAt: '2026-11-30T13:23:49.540865Z',
      purpose: marks.word('plain', 'idcloud purpose'),
      clientReference: marks.word('plain', 'idcloud clientReference'),
      useCase: marks.word('plain', 'idcloud useCase'),
      capacities: [marks.word('plain', 'idcloud capacities')],
      token: marks.jwt('personal', 'idcloud token'),
      person: {
        duiType: 'DUI_TYPE_BR_CPF',
        duiValue: marks.cpf('personal', 'idcloud duiValue'),
        friendlyName: marks.person('personal', 'idcloud friendlyName'),
        phone: marks.phone('personal', 'idcloud phone'),
        email: marks.mail('personal', 'idcloud email'),
        notifications: [{ notificationChannel: marks.word('plain', 'idcloud notificationChannel') }],
      },
      authenticationInfo: {
        authenticationId: marks.word('plain', 'idcloud authenticationId'),
        livenessResult: 'LIVENESS_RESULT_LIVE',
        authenticationResult: 'AUTHENTICATION_RESULT_POSITIVE',
        scoreEngineResult: { scoreEnabled: 'SCORE_ENABLED_TRUE', score: 61 },
        serproResult: { score: 87 },
      },
      companyData: {
        branchId: marks.word('plain', 'idcloud branchId'),
        countryCode: marks.word('plain', 'idcloud countryCode'),
      },
      bioTokenData: {
        referenceProcessId: nextId(),
        authenticationId: marks.word('plain', 'idcloud reference.authenticationId'),
      },
      services: [
        {
          envelope_id: marks.word('plain', 'idcloud envelopeId'),
          document_ids: [marks.word('plain', 'idcloud documentIds')],
          consent_granted: true,
          documents: [document],
        },
      ],
      unknown: { cpf: marks.cpf('personal', 'idcloud unknown') },
    },
  };
}

/** A process of processes/v1 in which every value is marked that can be. */
function markedCapture(marks: Marks, id: string): object {
  return {
    id,
    status: 3,
    unicoId: { result: 'yes', unknown: marks.cpf('personal', 'api unicoId.unknown') },
    government: { serpro: 91 },
    liveness: 1,
    score: 55.5,
    riskLevel: { result: marks.word('plain', 'api riskLevel') },
    document: [
      {
        id: marks.word('plain', 'api document.id'),
        type: marks.word('plain', 'api document.type'),
        cpfMatch: true,
        faceMatch: true,
        content: {
          numero: marks.word('personal', 'api content.numero'),
          nome: marks.person('personal', 'api content.nome'),
          cpf: marks.cpf('personal', 'api content.cpf'),
          data_nascimento: marks.day('personal', 'api content.data_nascimento'),
          lista: [[{ telefone: marks.phone('personal', 'api content.telefone') }]],
        },
        fileUrls: [marks.url('personal', 'api file 1'), marks.url('personal', 'api file 2')],
      },
    ],
    subject: {
      code: marks.cpf('personal', 'api subject'),
      email: marks.mail('personal', 'api subject.email'),
    },
  };
}

/** A process of either contract with a CPF instead of every enum value and code. */
export function cpfForEveryValue(marks: Marks, id: string): Reply {
  const cpf = (name: string): string => marks.cpf('plain', `a CPF instead of ${name}`);
  return {
    body: {
      // First the fields of processes/v1, then those of idcloud: each client reads its own.
      id,
      status: cpf('status'),
      unicoId: { result: cpf('unicoId') },
      idCloud: { result: cpf('idCloud') },
      riskLevel: { result: cpf('riskLevel') },
      liveness: cpf('liveness'),
      process: {
        id,
        state: cpf('state'),
        result: cpf('result'),
        flow: cpf('flow'),
        purpose: cpf('purpose'),
        useCase: cpf('useCase'),
        createdAt: cpf('createdAt'),
        capacities: [cpf('capacities')],
        person: { duiType: cpf('duiType'), notifications: [{ notificationChannel: cpf('channel') }] },
        companyData: { countryCode: cpf('countryCode') },
        authenticationInfo: {
          livenessResult: cpf('livenessResult'),
          authenticationResult: cpf('authenticationResult'),
          identityFraudstersResult: cpf('identityFraudstersResult'),
          bioTokenEngineResult: cpf('bioTokenEngineResult'),
          idAgeResult: cpf('idAgeResult'),
          scoreEngineResult: { scoreEnabled: cpf('scoreEnabled'), score: cpf('score') },
          serproResult: { score: cpf('serpro') },
        },
        services: [{ documents: [{ doc: { code: cpf('code'), version: Number(cpf('version')) } }] }],
      },
    },
  };
}

/** Starts a Unico that marks every value in bodies and headers; it issues tokens too. */
export async function startMarkedUnico(marks: Marks): Promise<MarkedUnico> {
  let outcome: Reply | null = null;
  const headers = {
    'x-subject': marks.cpf('personal', 'a header of Unico'),
    'set-cookie': `subject=${marks.word('personal', 'a cookie of Unico')}`,
    etag: `"${marks.word('personal', 'an etag of Unico')}"`,
  };

  function markedAnswer({ method, path }: SeenRequest): Reply {
    const [address = ''] = path.split('?');
    if (address === '/documents/v1') {
      const items = [
        {
          documentId: marks.word('personal', 'documents documentId'),
          documentType: marks.word('personal', 'documents documentType'),
          owner: marks.cpf('personal', 'documents owner'),
        },
      ];
      return { headers, body: { items } };
    }
    const id = method === 'GET' ? (address.split('/').at(-1) ?? '') : nextId();
    if (address.startsWith('/processes/v1')) return { headers, body: markedCapture(marks, id) };
    const set = /^\/client\/v1\/process\/(.+)\/document$/.exec(address)?.[1];
    return { headers, body: markedJourney(marks, set ?? id) };
  }

  const upstream = await startUpstream((seen) => {
    if (seen.path !== '/oauth2/token') return outcome ?? markedAnswer(seen);
    const token = marks.jwt('secret', 'the access token of Unico');
    return { headers, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
  });
  return { ...upstream, answerWith: (reply) => void (outcome = reply) };
}
