using System.Net;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>
/// Fetches the attachments of answers into the blob store, under the SSRF guard and <c>Limits:MaxAttachmentBytes</c>.
/// An attachment that cannot be had does not cost the answer: the reply then carries its URL as a line of text (one that
/// the guard refuses is only said to be missing), and the log says why.
/// </summary>
internal sealed partial class ReplyAttachments(OutgoingHttp http, BlobIntake files, TimeProvider time, ILogger<ReplyAttachments> logger)
{
    private const string Unavailable = "[attachment not available]";

    /// <summary>The answer's messages with their attachments in the blob store. All fetching ends after <paramref name="within"/>.</summary>
    public async ValueTask<IReadOnlyList<AgentReply>> FetchAsync(AgentRequest request, IReadOnlyList<AnswerMessage> messages, TimeSpan within, CancellationToken cancellationToken)
    {
        if (messages.All(m => m.Attachments.Count == 0)) return [.. messages.Select(m => Reply(m, [], []))];
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        List<AgentReply> replies = [];
        List<AttachmentRef> stored = [];
        try
        {
            foreach (var message in messages) replies.Add(await FetchAsync(request, message, stored, either.Token, cancellationToken).ConfigureAwait(false));
            return replies;
        }
        catch
        {
            // no reply will name them
            foreach (var orphan in stored)
                await files.DiscardAsync(request.Agent.Tenant, orphan).ConfigureAwait(false);

            throw;
        }
    }

    private async ValueTask<AgentReply> FetchAsync(AgentRequest request, AnswerMessage message, List<AttachmentRef> stored, CancellationToken limited, CancellationToken cancellationToken)
    {
        List<AttachmentRef> fetched = [];
        List<string> missing = [];
        foreach (var url in message.Attachments)
        {
            try
            {
                fetched.Add(await FetchAsync(request.Agent.Tenant, url, limited).ConfigureAwait(false));
                stored.Add(fetched[^1]);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                LogNotFetched(e, url.Host, request.Agent.Tenant.Id, request.Agent.Id, request.SessionId, request.Id);
                // an address inside is nothing to show to people outside
                missing.Add(DestinationForbiddenException.In(e) is null ? url.AbsoluteUri : Unavailable);
            }
        }

        return Reply(message, fetched, missing);
    }

    private async ValueTask<AttachmentRef> FetchAsync(TenantModel tenant, Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("User-Agent", "OpenClaw-Gateway");
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) throw new HttpRequestException($"The attachment's server answered {(int)response.StatusCode}.");
        if (response.Content.Headers.ContentLength > files.Most(tenant)) throw BlobIntake.TooLarge(files.Most(tenant));
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await files.StoreAsync(
            tenant, body, AttachmentNames.Of(response.Content.Headers.ContentDisposition, url), AttachmentNames.TypeOf(response.Content.Headers.ContentType), cancellationToken).ConfigureAwait(false);
    }

    private static AgentReply Reply(AnswerMessage message, List<AttachmentRef> fetched, List<string> missing)
    {
        var text = message.Text;
        if (missing.Count > 0) text = Utf8Text.From(string.Join('\n', missing.Prepend(text.ToString()).Where(line => line.Length > 0)));
        var extras = fetched.Count > 0 || message.Buttons is not null || message.Card is not null
            ? new MessageExtras(fetched.Count > 0 ? fetched : null, message.Buttons, message.Card)
            : null;
        return new(text, extras);
    }
}
