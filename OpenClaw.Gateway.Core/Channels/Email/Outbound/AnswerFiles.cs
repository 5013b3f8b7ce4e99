using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>The files of a reply: those that travel in the mail, and those that it links to.</summary>
internal sealed record AnswerFiles(IReadOnlyList<AttachmentRef> Inside, IReadOnlyList<AttachmentRef> Linked, IReadOnlyList<AttachmentRef> Gone)
{
    /// <summary>A link in a mail is read later than one in a chat.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>All of them inside, but for what is not there any more.</summary>
    public static async ValueTask<AnswerFiles> OfAsync(Guid tenant, OutgoingReply reply, IBlobStore blobs, CancellationToken cancellationToken)
    {
        List<AttachmentRef> inside = [], gone = [];
        foreach (var file in reply.Extras?.Attachments ?? [])
        {
            await using var content = await blobs.OpenAsync(tenant, file.Blob, cancellationToken);
            (content is null ? gone : inside).Add(content is { CanSeek: true } ? file with { Size = content.Length } : file);
        }

        return new(inside, [], gone);
    }

    /// <summary>The server takes no mail of this size: the largest goes as a link, or all of them; null when there is none to take out.</summary>
    public AnswerFiles? Lighter(bool all)
    {
        if (Inside.Count == 0) return null;
        if (all) return this with { Inside = [], Linked = [.. Linked, .. Inside] };
        var largest = Inside.MaxBy(f => f.Size)!;
        return this with { Inside = [.. Inside.Where(f => !ReferenceEquals(f, largest))], Linked = [.. Linked, largest] };
    }

    public IReadOnlyList<MailFile> Files(Guid tenant, IBlobStore blobs) => [.. Inside.Select(file => new MailFile(file.Name, file.ContentType, async token =>
        await blobs.OpenAsync(tenant, file.Blob, token) ?? throw new InvalidDataException("A file of the reply vanished while it was sent.")) { Length = file.Size })];

    /// <summary>What stands below the text for those that are not inside, as Markdown.</summary>
    public string Words(Guid tenant, IFileLinks links) =>
        string.Join("\n\n", Linked.Select(f => $"{Plain(f.Name)}: <{links.Create(tenant, f, LinkLifetime)}>").Concat(Gone.Select(f => $"({Plain(f.Name)} is not available any more.)")));

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsControl(c) || "*_`[]\\~|<>!#".Contains(c, StringComparison.Ordinal) ? ' ' : c)).Trim() is { Length: > 0 } plain ? plain : "File";
}
