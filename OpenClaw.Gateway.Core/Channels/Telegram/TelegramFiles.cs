using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>A file of a message: in the blob store, or why it is not there.</summary>
internal sealed record FetchedFile(string Name, AttachmentRef? Stored, string? Why);

/// <summary>Brings the files of messages into the blob store. One that cannot be had costs its message nothing but itself.</summary>
internal sealed class TelegramFiles(TelegramApi api, BlobIntake files, TimeProvider time)
{
    private const int Tries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>All of a message's files, in their order.</summary>
    public async ValueTask<IReadOnlyList<FetchedFile>> FetchAsync(TelegramBot bot, IReadOnlyList<TelegramFile> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0) return [];
        var fetched = new List<FetchedFile>(wanted.Count);
        try
        {
            foreach (var file in wanted) fetched.Add(await FetchAsync(bot, file, cancellationToken));
            return fetched;
        }
        catch
        {
            await DiscardAsync(bot.Connection.Channel.Tenant, fetched);
            throw;
        }
    }

    /// <summary>No message names them.</summary>
    public async ValueTask DiscardAsync(TenantModel tenant, IEnumerable<FetchedFile> fetched)
    {
        foreach (var file in fetched.Select(f => f.Stored).OfType<AttachmentRef>()) await files.DiscardAsync(tenant, file);
    }

    private async ValueTask<FetchedFile> FetchAsync(TelegramBot bot, TelegramFile file, CancellationToken cancellationToken)
    {
        var tenant = bot.Connection.Channel.Tenant;
        var name = NameOf(file);
        var most = bot.Access.IsCloud ? Math.Min(TelegramApi.MostDown, files.Most(tenant)) : files.Most(tenant);
        if (file.Size > most) return new(name, null, TooLarge(file.Size.Value, most));
        for (var tried = 1; ; tried++)
        {
            var result = await TryAsync(bot.Access, file, name, tenant, most, cancellationToken);
            if (result.Value is { } stored) return new(name, stored, null);
            var failure = result.Failure!;
            if (failure.Kind is FailureKind.Permanent or FailureKind.Authentication or FailureKind.Forbidden || tried == Tries) return new(name, null, Excerpt.Short(failure.Detail));
            await Task.Delay(failure.RetryAfter is { } wish ? wish < LongestPause ? wish : LongestPause : Pause * tried, time, cancellationToken);
        }
    }

    private async ValueTask<TelegramResult<AttachmentRef>> TryAsync(TelegramAccess access, TelegramFile file, string name, TenantModel tenant, long most, CancellationToken cancellationToken)
    {
        var found = await api.GetFileAsync(access, file.FileId, cancellationToken);
        if (found.Failure is { } failure) return failure;
        if (found.Value!.Size > most) return new TelegramFailure(TelegramTrouble.FileRefused, FailureKind.Permanent, TooLarge(found.Value.Size.Value, most), DeadLetterRisks.NeverSent);
        if (found.Value.Path is not { Length: > 0 } path) return new TelegramFailure(TelegramTrouble.FileRefused, FailureKind.Permanent, "Telegram does not say where it is.", DeadLetterRisks.NeverSent);
        var type = file.ContentType is { Length: > 0 and <= 200 } said ? said : "application/octet-stream";
        return await api.DownloadAsync(access, path, most, (body, token) => files.StoreAsync(tenant, body, name, type, token), cancellationToken);
    }

    private static string TooLarge(long size, long most) =>
        string.Create(CultureInfo.InvariantCulture, $"it has {size / 1_048_576.0:0.#} MB, and {most / 1_048_576.0:0.#} MB are allowed");

    private static string NameOf(TelegramFile file)
    {
        var name = file.Name is null ? "" : new string([.. file.Name.Where(c => !char.IsControl(c) && c is not ('/' or '\\'))]).Trim();
        if (name.Length > 0) return name.Length <= 200 ? name : name[^200..];
        return file.Kind switch
        {
            "photo" => "photo.jpg",
            "voice" => "voice.ogg",
            "audio" => "audio.mp3",
            "video" or "video_note" or "animation" => $"{file.Kind.Replace('_', '-')}.mp4",
            "sticker" => file.ContentType == "video/webm" ? "sticker.webm" : "sticker.webp",
            _ => "document",
        };
    }
}
