using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Frames;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;

/// <summary>
/// A connection's uploads: at most one is open, its bytes go straight into the blob store. What was refused is still read, and thrown
/// away, as the client may have sent it before it heard. Used by the receive loop only, except <see cref="Keep"/> and <see cref="Release"/>.
/// </summary>
internal sealed partial class UploadReceiver(SocketConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<InboundMessage, UploadUse> _uses = new(ReferenceEqualityComparer.Instance);
    private IBlobWriter? _writer;
    private Upload? _open;
    private long _discard;
    private long _taken;

    /// <summary>True while bytes are expected.</summary>
    public bool IsOpen => _open is not null || _discard > 0;

    private SocketServices Services => connection.Services;

    /// <summary>An announcement. Ends what was open before.</summary>
    public async ValueTask AnnounceAsync(ClientFrame frame)
    {
        if (_open is not null)
        {
            connection.TellError(ErrorCodes.UploadIncomplete, "Another upload began before the last byte of this one.", _open.ClientId);
            await CloseAsync();
        }

        _discard = frame.Size;
        var limit = connection.Channel.Tenant.Settings.AttachmentBytes(Services.Options.Limits);
        if (frame.Size > limit)
        {
            connection.TellError(ErrorCodes.TooLarge, $"An attachment has at most {limit} bytes.", frame.Id);
            return;
        }

        await GuardAsync(frame.Id!, () => OpenAsync(frame));
    }

    /// <summary>Bytes of the open upload. False when there are more of them than were announced.</summary>
    public async ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_open is { } upload)
        {
            var taken = (int)Math.Min(bytes.Length, upload.Size - _writer!.Length);
            await GuardAsync(upload.ClientId, () => WriteAsync(upload, bytes[..taken]));
            return taken == bytes.Length;
        }

        var discarded = Math.Min(bytes.Length, _discard);
        _discard -= discarded;
        return discarded == bytes.Length;
    }

    /// <summary>Offers a message that carries uploads; refuses it when one of them is not complete.</summary>
    public async ValueTask OfferAsync(ClientFrame frame)
    {
        UploadUse? use;
        try
        {
            use = await Services.Uploads.UseAsync(connection.Channel.Tenant.Id, connection.RootId, frame.Uploads!, CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(Services.Logger, connection.Channel.Tenant.Id, connection.Channel.Id, e);
            connection.TellError(ErrorCodes.Internal, "The uploads could not be looked up; nothing was stored.", frame.Id, RetryAfter);
            return;
        }

        if (use is null) connection.TellError(ErrorCodes.UploadIncomplete, "An upload of this message is unknown or not complete; nothing was stored.", frame.Id);
        else connection.Offer(frame, use.Attachments, message => _uses[message] = use);
    }

    /// <summary>The message is durable: its uploads stay.</summary>
    public void Keep(InboundMessage message)
    {
        if (!_uses.IsEmpty) _uses.TryRemove(message, out _);
    }

    /// <summary>The message was refused: its uploads may be used by another, or go in time.</summary>
    public void Release(InboundMessage message)
    {
        if (!_uses.IsEmpty && _uses.TryRemove(message, out var use)) _ = ReleaseAsync(use);
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async Task ReleaseAsync(UploadUse use)
    {
        try
        {
            await Services.Uploads.ReleaseAsync(use, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(Services.Logger, connection.Channel.Tenant.Id, connection.Channel.Id, e);
        }
    }

    private async Task OpenAsync(ClientFrame frame)
    {
        var tenant = connection.Channel.Tenant.Id;
        if (await Services.Uploads.ExistsAsync(tenant, connection.RootId, frame.Id!, CancellationToken.None))
        {
            connection.Accepted();
            connection.Sender.Send(ServerFrames.UploadAck(frame.Id!, duplicate: true));
            return;
        }

        if (!Services.Usage.TakeStorage(tenant, frame.Size, connection.Channel.Tenant.Quotas.StorageBytes))
        {
            connection.TellError(ErrorCodes.TooLarge, "The storage for attachments is used up: this one does not fit. The owner of the gateway can raise the quota.", frame.Id);
            return;
        }

        _taken = frame.Size;

        var upload = new Upload
        {
            Id = Guid.CreateVersion7(Services.Time.GetUtcNow()),
            TenantId = tenant,
            ChannelId = connection.Channel.Id,
            RootId = connection.RootId,
            ClientId = frame.Id!,
            Name = UploadNames.Of(frame.Name!),
            ContentType = frame.ContentType is { Length: > 0 } type ? type : "application/octet-stream",
            Size = frame.Size,
        };
        _writer = await Services.Blobs.CreateAsync(tenant, upload.Id, CancellationToken.None);
        _open = upload;
        connection.Accepted();
        if (upload.Size == 0) await CompleteAsync(upload);
    }

    private async Task WriteAsync(Upload upload, ReadOnlyMemory<byte> bytes)
    {
        await _writer!.WriteAsync(bytes, CancellationToken.None);
        if (_writer.Length == upload.Size) await CompleteAsync(upload);
    }

    private async Task CompleteAsync(Upload upload)
    {
        await _writer!.CommitAsync(CancellationToken.None);
        upload.CreatedAt = Services.Time.GetUtcNow();
        var added = false;
        try
        {
            added = await Services.Uploads.AddAsync(upload, CancellationToken.None);
        }
        finally
        {
            if (added) _taken = 0;
            else await Services.Blobs.DeleteAsync(upload.TenantId, upload.Id, CancellationToken.None);
        }

        connection.Sender.Send(ServerFrames.UploadAck(upload.ClientId, duplicate: !added));
        await CloseAsync();
    }

    /// <summary>A fault of ours refuses the upload, not the connection; the rest of its bytes is thrown away.</summary>
    private async ValueTask GuardAsync(string id, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(Services.Logger, connection.Channel.Tenant.Id, connection.Channel.Id, e);
            if (_open is not null) _discard = _open.Size - _writer!.Length;
            await CloseAsync(keepDiscarding: true);
            if (e is IOException) connection.TellError(ErrorCodes.Overloaded, "The file could not be stored; send it again later.", id, RetryAfter);
            else connection.TellError(ErrorCodes.Internal, "The file could not be stored.", id);
        }
    }

    private async ValueTask CloseAsync(bool keepDiscarding = false)
    {
        var writer = _writer;
        (_writer, _open) = (null, null);
        Services.Usage.GiveBackStorage(connection.Channel.Tenant.Id, Interlocked.Exchange(ref _taken, 0));
        if (!keepDiscarding) _discard = 0;
        if (writer is not null) await writer.DisposeAsync();
    }

    [LoggerMessage(4201, LogLevel.Error, "An upload of tenant {Tenant}, channel {Channel} could not be handled")]
    private static partial void LogFailed(ILogger logger, Guid tenant, Guid channel, Exception exception);
}
