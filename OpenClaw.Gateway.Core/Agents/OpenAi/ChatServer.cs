using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.ExceptionServices;
using OpenAI;
using OpenAI.Chat;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>
/// An OpenAI-compatible server through the OpenAI package: its pipeline over the guarded HTTP, without its retries (the road tries again), its time-outs (the
/// agent's timer ends a call) and its reading of answers (see docs/adr/0015).
/// </summary>
internal sealed class ChatServer : IDisposable
{
    private const int MostErrorBytes = 16 * 1024;
    private readonly HttpClientPipelineTransport _transport;
    private readonly HttpClient _http;
    private readonly ChatClient _client;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;

    public ChatServer(OpenAiSettings settings, string? key, OutgoingHttp http)
    {
        _headers = settings.Headers;
        _http = new(new EventStreams(http)) { Timeout = Timeout.InfiniteTimeSpan };
        _transport = new(_http);
        var options = new OpenAIClientOptions
        {
            Endpoint = settings.BaseUrl,
            Transport = _transport,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new() { EnableLogging = false, EnableMessageLogging = false, EnableMessageContentLogging = false },
            EnableDistributedTracing = false,
            UserAgentApplicationId = "OpenClaw-Gateway",
        };
        if (string.IsNullOrEmpty(key)) options.AddPolicy(new NoKey(), PipelinePosition.BeforeTransport);
        _client = new(settings.Model, new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key), options);
    }

    /// <summary>Returns when the headers are there, whatever the status; the body streams. Throws what a connection throws.</summary>
    public async ValueTask<PipelineResponse> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var options = new RequestOptions { BufferResponse = false, ErrorOptions = ClientErrorBehaviors.NoThrow, CancellationToken = cancellationToken };
        foreach (var (name, value) in _headers) options.SetHeader(name, value);
        try
        {
            using var content = BinaryContent.Create(BinaryData.FromBytes(body));
            return (await _client.CompleteChatAsync(content, options).ConfigureAwait(false)).GetRawResponse();
        }
        catch (ClientResultException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner); // what the transport met, which the package has wrapped
            throw;
        }
    }

    /// <summary>What the server says about its failure.</summary>
    public static async ValueTask<ServerError> ErrorOfAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        var start = new byte[MostErrorBytes];
        var length = 0;
        try
        {
            if (response.ContentStream is { } body)
                while (length < start.Length && await body.ReadAsync(start.AsMemory(length), cancellationToken).ConfigureAwait(false) is var read and > 0) length += read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // what is known (the status) matters more than how the rest of the body was lost
        }

        return ServerError.Of(response.Status, start.AsSpan(0, length));
    }

    public void Dispose()
    {
        _transport.Dispose();
        _http.Dispose();
    }

    /// <summary>
    /// Asks for an event stream below the package's pipeline, which may not know: it would follow redirects of such a request, and make it anew when its stream
    /// breaks, so that a model is paid twice for answers that nobody reads.
    /// </summary>
    private sealed class EventStreams(OutgoingHttp http) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Remove("Accept");
            request.Headers.TryAddWithoutValidation("Accept", "text/event-stream, application/json");
            return http.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Servers in one's own house need no key, and the package wants one: it is taken away again.</summary>
    private sealed class NoKey : PipelinePolicy
    {
        private const string Header = "Authorization";

        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Remove(Header);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Remove(Header);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
