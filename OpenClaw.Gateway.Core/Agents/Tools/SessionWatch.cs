using System.Net;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>
/// Sees how a server refuses what is sent in a session: 404 is the protocol's way to say that it does not know it, 400 and 410 are other servers'. The library
/// hides the status where words come with it.
/// </summary>
internal sealed class SessionWatch(HttpMessageHandler inner, Action refused) : DelegatingHandler(inner)
{
    private const string Session = "Mcp-Session-Id";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // GET, the stream of notices, may be refused by servers that know the session well
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Gone && request.Method == HttpMethod.Post && request.Headers.Contains(Session)) refused();
        return response;
    }
}
