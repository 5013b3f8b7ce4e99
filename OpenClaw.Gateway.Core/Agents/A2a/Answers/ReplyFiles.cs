using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Agents.A2a.Answers;

/// <summary>Makes replies of what was collected, their files in the blob store: linked ones are fetched under the SSRF guard, bytes are kept.</summary>
internal sealed class ReplyFiles(BlobIntake files, ReplyAttachments attachments)
{
    private const string Unavailable = "[attachment not available]";

    public async ValueTask<IReadOnlyList<AgentReply>> CompleteAsync(AgentRequest request, IReadOnlyList<AnswerSlot> slots, TimeSpan within, CancellationToken cancellationToken)
    {
        var messages = slots.Select(s => new AnswerMessage(Utf8Text.From(s.Text.ToString()), null, null, s.Links)).ToList();
        var replies = (await attachments.FetchAsync(request, messages, within, cancellationToken).ConfigureAwait(false)).ToList();
        for (var i = 0; i < slots.Count; i++)
            foreach (var file in slots[i].Files) replies[i] = await WithAsync(request.Agent.Tenant, replies[i], file).ConfigureAwait(false);
        return replies;
    }

    /// <summary>A file that there is no room for does not cost the answer.</summary>
    private async ValueTask<AgentReply> WithAsync(TenantModel tenant, AgentReply reply, RawFile file)
    {
        try
        {
            using var bytes = new MemoryStream(file.Bytes, writable: false);
            var stored = await files.StoreAsync(tenant, bytes, file.Name, file.ContentType, CancellationToken.None).ConfigureAwait(false);
            var extras = reply.Extras ?? new();
            return reply with { Extras = extras with { Attachments = [.. extras.Attachments ?? [], stored] } };
        }
        catch (IOException)
        {
            return reply with { Text = Utf8Text.From(string.Join('\n', new[] { reply.Text.ToString(), Unavailable }.Where(t => t.Length > 0))) };
        }
    }
}
