using System.Globalization;
using System.Text;
using OpenAI.Chat;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>The files of a message as a model gets them: pictures as pictures, short texts as text, others by name.</summary>
/// <param name="Images">The pictures.</param>
/// <param name="Texts">What is added to the message's text where pictures are given.</param>
/// <param name="TextsWithoutImages">The same where they are not.</param>
internal sealed record AttachmentInputs(IReadOnlyList<ChatMessageContentPart> Images, string Texts, string TextsWithoutImages)
{
    private const int MostImages = 10;
    private const long MostImageBytes = 10 * 1024 * 1024;
    private const long MostImagesBytes = 20 * 1024 * 1024;
    private const int MostTextBytes = 64 * 1024;
    private static readonly string[] ImageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    private static readonly string[] TextTypes = ["application/json", "application/xml", "application/yaml", "application/x-yaml", "application/csv"];

    public static AttachmentInputs None { get; } = new([], "", "");

    /// <summary>Reads them from the store of files.</summary>
    public static async ValueTask<AttachmentInputs> ReadAsync(AgentRequest request, IBlobStore blobs, bool withImages, CancellationToken cancellationToken)
    {
        if (request.Extras?.Attachments is not { Count: > 0 } attachments) return None;
        List<ChatMessageContentPart> images = [];
        var (texts, plain, total) = (new StringBuilder(), new StringBuilder(), 0L);
        foreach (var attachment in attachments)
        {
            if (withImages && images.Count < MostImages && ImageTypes.Contains(attachment.ContentType) && attachment.Size is > 0 and <= MostImageBytes && total + attachment.Size <= MostImagesBytes
                && await ReadAsync(request, blobs, attachment, cancellationToken).ConfigureAwait(false) is { } image)
            {
                total += attachment.Size;
                images.Add(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(image), attachment.ContentType));
                plain.Append(Named(attachment));
                continue;
            }

            var text = IsText(attachment) && await ReadAsync(request, blobs, attachment, cancellationToken).ConfigureAwait(false) is { } bytes
                ? $"\n[file: {Excerpt.Short(attachment.Name)}]\n{Encoding.UTF8.GetString(bytes)}\n[end of file]"
                : Named(attachment);
            texts.Append(text);
            plain.Append(text);
        }

        return new(images, texts.ToString(), plain.ToString());
    }

    private static bool IsText(AttachmentRef file) =>
        file.Size is > 0 and <= MostTextBytes && (file.ContentType.StartsWith("text/", StringComparison.Ordinal) || TextTypes.Contains(file.ContentType));

    private static string Named(AttachmentRef file) =>
        string.Create(CultureInfo.InvariantCulture, $"\n[file: {Excerpt.Short(file.Name)}, {Excerpt.Short(file.ContentType)}, {Math.Max(1, file.Size / 1024)} KB]");

    /// <summary>Null when the file is not there any more, or cannot be read: then it is named only.</summary>
    private static async ValueTask<byte[]?> ReadAsync(AgentRequest request, IBlobStore blobs, AttachmentRef file, CancellationToken cancellationToken)
    {
        try
        {
            if (await blobs.OpenAsync(request.Agent.Tenant.Id, file.Blob, cancellationToken).ConfigureAwait(false) is not { } stream) return null;
            await using (stream.ConfigureAwait(false))
            {
                using var bytes = new MemoryStream((int)file.Size);
                await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
                return bytes.Length <= MostImageBytes ? bytes.ToArray() : null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
