// A page of Swagger UI, and what it is here beyond Swagger UI. Runs in browsers, as it stands.
/* global SwaggerUIBundle */

const FIRST_ERROR = 400;

/** An operation whose answer has no end would make the page wait for ever. */
const noEndlessAnswers = () => ({
  statePlugins: {
    spec: {
      wrapSelectors: {
        allowTryItOutFor: (original, system) => (state, path, method) => {
          const responses = system.specSelectors.specJson().getIn(['paths', path, method, 'responses']);
          const isEndless = responses?.some((response) => response.hasIn(['content', 'text/event-stream']));
          return !isEndless && original(state, path, method);
        },
      },
    },
  },
});

/** What an operation answers when all is well is shown; each way to fail is a line, which a click unfolds. */
const foldedErrors = () => ({
  wrapComponents: {
    response:
      (Original, { React }) =>
      (props) => {
        const [isOpen, setOpen] = React.useState(false);
        const { code, response } = props;
        if (!(Number(code) >= FIRST_ERROR)) return React.createElement(Original, props);
        const line = React.createElement(
          'button',
          { type: 'button', className: 'fold', 'aria-expanded': isOpen, onClick: () => setOpen(!isOpen) },
          response.get('description'),
        );
        return React.createElement(
          React.Fragment,
          null,
          React.createElement(
            'tr',
            { className: 'folded', 'data-code': code },
            React.createElement('td', { className: 'response-col_status' }, code),
            React.createElement('td', { className: 'response-col_description', colSpan: 2 }, line),
          ),
          isOpen && React.createElement(Original, { ...props, className: 'unfolded' }),
        );
      },
  },
});

/** Swagger UI takes lines of JSON for JSON: it would propose one over many lines, and call many of them broken. */
const linesOfJson = () => ({
  afterLoad({ fn }) {
    const { getSampleSchema } = fn;
    this.fn.getSampleSchema = (schema, contentType, ...more) => {
      const sample = getSampleSchema(schema, contentType, ...more);
      return isLines(contentType) ? inOneLine(JSON.parse(sample)) : sample;
    };
    // It would ask for a file wherever a text says what is in it.
    this.fn.isFileUploadIntended = () => false;
  },
  wrapComponents: {
    responseBody:
      (Original, { React }) =>
      (props) =>
        React.createElement(Original, isLines(props.contentType) ? { ...props, contentType: 'text/plain' } : props),
  },
});

function isLines(contentType) {
  return /^application\/x-ndjson/.test(contentType);
}

function inOneLine(value) {
  return typeof value === 'string' ? value : `${JSON.stringify(value)}\n`;
}

const root = document.getElementById('swagger-ui');

SwaggerUIBundle({
  domNode: root,
  url: new URL(root.dataset.document, window.location.href).href,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [noEndlessAnswers, foldedErrors, linesOfJson],
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // The badge of the public one would tell it where this server is.
  validatorUrl: null,
});
