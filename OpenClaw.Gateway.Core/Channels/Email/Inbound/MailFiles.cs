using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>Brings the files of one mail into the blob store while it is read. One that cannot be had costs its mail nothing but itself.</summary>
internal sealed class MailFiles(BlobIntake blobs, TenantModel tenant)
{
    private const int MostFiles = 100;
    private const int LongestName = 200;
    private readonly List<AttachmentRef> _stored = [];
    private readonly List<string> _left = [];

    public IReadOnlyList<AttachmentRef> Stored => _stored;

    /// <summary>What is not there and why, a line each.</summary>
    public IReadOnlyList<string> Left => _left;

    public async ValueTask TakeAsync(MailPart part, CancellationToken cancellationToken)
    {
        var name = NameOf(part);
        if (_stored.Count >= MostFiles) Leave(name, string.Create(CultureInfo.InvariantCulture, $"a mail has at most {MostFiles} files"));
        else await StoreAsync(part.Content, name, part.MediaType, cancellationToken);
    }

    public async ValueTask AddTextAsync(string text, string name, CancellationToken cancellationToken)
    {
        await using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await StoreAsync(content, name, "text/plain", cancellationToken);
    }

    /// <summary>No message names them.</summary>
    public async ValueTask DiscardAsync()
    {
        foreach (var file in _stored) await blobs.DiscardAsync(tenant, file);
        _stored.Clear();
    }

    private async ValueTask StoreAsync(Stream content, string name, string type, CancellationToken cancellationToken)
    {
        try
        {
            _stored.Add(await blobs.StoreAsync(tenant, content, name, type, cancellationToken));
        }
        catch (FileTooLargeException)
        {
            Leave(name, string.Create(CultureInfo.InvariantCulture, $"it is larger than {blobs.Most(tenant) / 1_048_576.0:0.#} MB"));
        }
        catch (StorageUsedUpException)
        {
            Leave(name, "the storage for attachments is used up");
        }
    }

    private void Leave(string name, string why)
    {
        if (_left.Count < MostFiles) _left.Add($"{name}: {why}");
    }

    /// <summary>A name for people: of a path only its end.</summary>
    private static string NameOf(MailPart part)
    {
        var name = MailFacts.Clean(part.FileName, 4 * LongestName);
        if (name is not null) name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim();
        if (name is { Length: > 0 } and not "." and not "..") return name.Length <= LongestName ? name : name[^LongestName..];
        return part.MediaType switch
        {
            "message/rfc822" or "message/global" => (MailFacts.Clean(part.Description, 100) ?? "mail") + ".eml",
            "text/calendar" => "invitation.ics",
            "text/html" => "text.html",
            "image/jpeg" => "picture.jpg",
            var type when type.StartsWith("image/", StringComparison.Ordinal) => "picture." + Extension(type[6..]),
            var type when type.StartsWith("text/", StringComparison.Ordinal) => "text.txt",
            var type => "file." + Extension(type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..]),
        };
    }

    private static string Extension(string subtype) => subtype.Length is > 0 and <= 8 && subtype.All(char.IsAsciiLetterOrDigit) ? subtype : "bin";
}
