using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>A file that came with a program's message could not be taken; the message says why, for people.</summary>
public sealed class ProgramFileException(string message, bool isTooLarge = false) : Exception(message)
{
    /// <summary>It is larger than files may be.</summary>
    public bool IsTooLarge { get; } = isTooLarge;
}

/// <summary>Brings the files of a program's message into the blob store: from bytes, or fetched under the SSRF guard.</summary>
internal sealed partial class ProgramFiles(OutgoingHttp http, BlobIntake files, TimeProvider time, ILogger<ProgramFiles> logger)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>Stores bytes. Throws <see cref="ProgramFileException"/> when they cannot be taken.</summary>
    public async Task<AttachmentRef> StoreAsync(TenantModel tenant, ReadOnlyMemory<byte> bytes, string name, string contentType, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return await KeepAsync(tenant, stream, name, contentType, cancellationToken);
    }

    /// <summary>Fetches an address. Throws <see cref="ProgramFileException"/> when it cannot be had.</summary>
    public async Task<AttachmentRef> FetchAsync(TenantModel tenant, Uri url, string? name, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("User-Agent", "OpenClaw-Gateway");
            using var response = await http.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode) throw new ProgramFileException($"{url.Host} answered HTTP {(int)response.StatusCode} for the file{((int)response.StatusCode is >= 300 and < 400 ? "; redirects are not followed" : "")}.");
            if (response.Content.Headers.ContentLength > files.Most(tenant)) throw TooLarge(tenant);
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return await KeepAsync(tenant, body, name ?? NameOf(url), response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream", either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNotFetched(e, url.Host, tenant.Id);
            throw new ProgramFileException(DestinationForbiddenException.In(e)?.Message ?? $"The file could not be fetched from {url.Host}. Send its bytes instead, or an address that the gateway reaches.");
        }
    }

    /// <summary>Takes files away whose message was not taken.</summary>
    public async Task DiscardAsync(TenantModel tenant, IEnumerable<AttachmentRef> stored)
    {
        foreach (var file in stored) await files.DiscardAsync(tenant, file);
    }

    private async Task<AttachmentRef> KeepAsync(TenantModel tenant, Stream stream, string name, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            return await files.StoreAsync(tenant, stream, name, contentType, cancellationToken);
        }
        catch (FileTooLargeException)
        {
            throw TooLarge(tenant);
        }
        catch (StorageUsedUpException e)
        {
            throw new ProgramFileException(e.Message);
        }
    }

    private ProgramFileException TooLarge(TenantModel tenant) => new($"The file is larger than {files.Most(tenant)} bytes (maxAttachmentBytes in the tenant's settings).", isTooLarge: true);

    private static string NameOf(Uri url) => Uri.UnescapeDataString(url.Segments[^1].Trim('/')) is { Length: > 0 and <= 200 } name ? name : "file";

    [LoggerMessage(4821, LogLevel.Warning, "A file at {Host} could not be fetched for a program of tenant {Tenant}")]
    private partial void LogNotFetched(Exception cause, string host, Guid tenant);
}
