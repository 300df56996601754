import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/**
 * Sends helmet's headers with every response: nothing from other servers, nothing inline, no frame, no referrer. If
 * displays connect to the broker at its own address, pages may connect to that address too.
 */
export async function addSecurityHeaders(app: FastifyInstance, websocketUrl: string | null): Promise<void> {
  const broker = websocketUrl === null ? [] : [new URL(websocketUrl).origin];
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'", ...broker],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // It would apply to every port of this machine, also to the health port, which has no TLS.
    strictTransportSecurity: false,
  });
  // Helmet has no option for this header.
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  });
}
