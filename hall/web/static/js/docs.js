/** The interface's documentation: Swagger UI over the document that the server makes from its own code. */

const start = /** @type {any} */ (window).SwaggerUIBundle;
start({
  url: "/api/v1/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null, // asks nobody outside
  requestInterceptor(request) {
    const token = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf-token"]'));
    if (request.method && request.method !== "GET") request.headers["X-CSRF-Token"] = token?.content ?? "";
    return request;
  },
});
