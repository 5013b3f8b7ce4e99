using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Discord.Mapping;

/// <summary>Streams the files of a message into the blob store. One that cannot be had does not cost the message: it says so in a line.</summary>
internal sealed partial class FileFetcher(OutgoingHttp http, BlobIntake blobs, TimeProvider time, ILogger<FileFetcher> logger)
{
    private const int Tries = 3;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    /// <summary>The message with its files.</summary>
    public async ValueTask<PlatformMessage> FetchAsync(ChannelModel channel, MappedMessage mapped, CancellationToken cancellationToken)
    {
        List<AttachmentRef> files = [];
        List<string> lines = mapped.Message.Text.ToString() is { Length: > 0 } text ? [text] : [];
        try
        {
            foreach (var file in mapped.Files)
            {
                var (stored, why) = await FetchAsync(channel, file, cancellationToken).ConfigureAwait(false);
                if (stored is not null) files.Add(stored);
                else lines.Add($"[{DiscordRequest.SafeName(file.Name)}: {why}]");
            }
        }
        catch
        {
            await DiscardAsync(channel, files).ConfigureAwait(false);
            throw;
        }

        return mapped.Message with { Text = Utf8Text.From(string.Join("\n\n", lines)), Extras = files.Count == 0 ? mapped.Message.Extras : (mapped.Message.Extras ?? new()) with { Attachments = files } };
    }

    /// <summary>Takes files away whose message was not taken.</summary>
    public async ValueTask DiscardAsync(ChannelModel channel, IEnumerable<AttachmentRef> files)
    {
        foreach (var file in files) await blobs.DiscardAsync(channel.Tenant, file).ConfigureAwait(false);
    }

    private async ValueTask<(AttachmentRef? Stored, string Why)> FetchAsync(ChannelModel channel, RemoteFile file, CancellationToken cancellationToken)
    {
        if (file.Size > blobs.Most(channel.Tenant)) return (null, "too large, not taken");
        if (!Uri.TryCreate(file.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) return (null, "not available");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await StreamAsync(channel, file, url, cancellationToken).ConfigureAwait(false), "");
            }
            catch (FileTooLargeException)
            {
                return (null, "too large, not taken");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                LogNotFetched(e, url.Host, channel.Tenant.Id, channel.Id);
                if (attempt == Tries || DestinationForbiddenException.In(e) is not null) return (null, "not available");
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<AttachmentRef> StreamAsync(ChannelModel channel, RemoteFile file, Uri url, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", ClientName.UserAgent);
        using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"HTTP {(int)response.StatusCode}");
        if (response.Content.Headers.ContentLength is { } length && length > blobs.Most(channel.Tenant)) throw BlobIntake.TooLarge(blobs.Most(channel.Tenant));
        await using var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
        return await blobs.StoreAsync(channel.Tenant, body, DiscordRequest.SafeName(file.Name), file.ContentType, either.Token).ConfigureAwait(false);
    }

    [LoggerMessage(7121, LogLevel.Warning, "A file at {Host} could not be fetched for tenant {Tenant}, channel {Channel}")]
    private partial void LogNotFetched(Exception cause, string host, Guid tenant, Guid channel);
}
