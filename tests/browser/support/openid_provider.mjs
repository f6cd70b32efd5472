// An OpenID provider as an organisation has one: npm's oidc-provider on loopback, over HTTPS, with people whose claims
// the test chooses. Signing in is one click on its page.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { Provider } from 'oidc-provider';

function makeKey(alg) {
  const { privateKey } =
    alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg, use: 'sig' };
}

export class OpenIdProvider {
  /**
   * `people`: { account: claims }, who can sign in; `client`: { id, secret, redirect, signedOut }; `certificate` and `key`:
   * PEM files.
   */
  static async start({ port, address, people, client, certificate, key, alg = 'RS256' }) {
    const it = new OpenIdProvider();
    it.issuer = `https://${address}:${port}`;
    it.settings = { port, address, people, client, certificate, key };
    await it.listen(alg);
    return it;
  }

  /** Anew, with another key: what a provider does when it changes its keys. */
  async listen(alg = 'RS256') {
    const { port, address, people, client, certificate, key } = this.settings;
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: [client.redirect],
          post_logout_redirect_uris: [client.signedOut],
          id_token_signed_response_alg: alg,
        },
      ],
      jwks: { keys: [makeKey(alg)] },
      claims: { openid: ['sub', 'groups', 'employee'], profile: ['name'] },
      conformIdTokenClaims: false,
      cookies: { keys: [randomUUID()] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
      interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
      loadExistingGrant: async (context) => {
        const grant = new context.oidc.provider.Grant({ clientId: client.id, accountId: context.oidc.session.accountId });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
    });
    const callback = provider.callback();
    this.server = https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
      const [, uid, choice] = /^\/interaction\/([^/]+)(?:\/(.+))?$/.exec(request.url) ?? [];
      if (!uid) return callback(request, response);
      if (!choice) return this.#ask(response, uid, Object.keys(people));
      const result = choice === 'no' ? { error: 'access_denied' } : { login: { accountId: choice } };
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    });
    this.server.listen(port, address);
    await once(this.server, 'listening');
  }

  #ask(response, uid, names) {
    const links = [...names, 'no'].map((name) => `<p><a href="/interaction/${uid}/${name}">${name}</a></p>`).join('');
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>Organisation</title><h1>Who are you?</h1>${links}`);
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
