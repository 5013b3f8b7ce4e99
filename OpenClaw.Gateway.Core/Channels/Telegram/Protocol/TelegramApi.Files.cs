using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <content>Files, both ways, streamed.</content>
internal sealed partial class TelegramApi
{
    /// <summary>Telegram's own servers hand out files of at most so many bytes; a local Bot API server has no limit.</summary>
    public const long MostDown = 20 * 1_024 * 1_024;

    /// <summary>They take files of at most so many bytes.</summary>
    public const long MostUp = 50 * 1_024 * 1_024;

    /// <summary>And photos of so many; a larger one goes as a document.</summary>
    public const long MostPhoto = 10 * 1_024 * 1_024;

    /// <summary>A local Bot API server takes so many.</summary>
    public const long MostUpLocal = 2_000L * 1_024 * 1_024;

    /// <summary>A file that takes longer is given up.</summary>
    public static readonly TimeSpan FileLimit = TimeSpan.FromMinutes(2);

    public ValueTask<TelegramResult<TelegramPath>> GetFileAsync(TelegramAccess access, string fileId, CancellationToken cancellationToken) => CallAsync(
        access, "getFile", new { file_id = fileId },
        static file => file.ValueKind == JsonValueKind.Object ? new TelegramPath(file.Text("file_path"), file.Number("file_size")) : null, Limit, cancellationToken);

    /// <summary>A file of the bot's own picture, to try the way of files with; a null path where it has none.</summary>
    public ValueTask<TelegramResult<TelegramPath>> GetOwnPictureAsync(TelegramAccess access, long botId, CancellationToken cancellationToken) => CallAsync(
        access, "getUserProfilePhotos", new { user_id = botId, limit = 1 },
        static photos => new TelegramPath(
            photos.List("photos").FirstOrDefault() is { ValueKind: JsonValueKind.Array } sizes ? sizes.EnumerateArray().Select(s => s.Text("file_id")).FirstOrDefault() : null, null),
        Limit, cancellationToken);

    /// <summary>Opens a file for <paramref name="store"/>, which says what it is too large for by <see cref="FileTooLargeException"/>. Above <paramref name="most"/> it is refused.</summary>
    public async ValueTask<TelegramResult<T>> DownloadAsync<T>(TelegramAccess access, string path, long most, Func<Stream, CancellationToken, ValueTask<T>> store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(access);
        ArgumentNullException.ThrowIfNull(store);
        if (access.File(path) is not { } url)
            return new TelegramFailure(
                TelegramTrouble.FileRefused, FailureKind.Permanent,
                $"{access.Server} named a place on its own disk instead of a path below its address. A local Bot API server does so with --local: start it without.", DeadLetterRisks.NeverSent);
        using var late = new CancellationTokenSource(FileLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            if (!response.IsSuccessStatusCode)
                return TelegramErrors.OfPage(access, response.StatusCode, (await BodyStart.ReadAsync(stream, either.Token)).Span, RetryAfter.Of(response, time.GetUtcNow()));
            return response.Content.Headers.ContentLength > most ? TooBig(most) : await store(stream, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return late.IsCancellationRequested ? TelegramErrors.Late(access, FileLimit) : TelegramErrors.OfException(access, e);
        }
        catch (FileTooLargeException)
        {
            return TooBig(most);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return TelegramErrors.OfException(access, e);
        }
    }

    /// <summary>Sends a file: as JSON with an address that Telegram fetches it from, or as multipart with its bytes.</summary>
    public ValueTask<TelegramResult<long>> SendMediaAsync(TelegramAccess access, MediaRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync<long>(
            access, request.Method, request.Content is null ? ContentOf(Fields(request, request.Url)) : Multipart(request),
            static (JsonElement message, out long id) =>
            {
                id = IdOf(message)!.Value;
                return true;
            },
            request.Content is null ? Limit : FileLimit, cancellationToken);
    }

    private static Dictionary<string, object?> Fields(MediaRequest request, string? file)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["chat_id"] = request.Place.ChatId,
            ["message_thread_id"] = request.Place.TopicId,
            [request.Kind] = file,
            ["caption"] = request.Caption,
            ["caption_entities"] = request.CaptionEntities is { Count: > 0 } entities ? entities : null,
            ["reply_parameters"] = request.ReplyParameters,
            ["reply_markup"] = request.ReplyMarkup,
        };
        return fields.Where(f => f.Value is not null).ToDictionary(StringComparer.Ordinal);
    }

    private static MultipartFormDataContent Multipart(MediaRequest request)
    {
        // file names go as the UTF-8 that Telegram reads, not as the encoded words that the base class library would make of them
        var form = new MultipartFormDataContent { HeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        foreach (var (name, value) in Fields(request, null))
        {
            var text = value switch
            {
                string plain => plain,
                IFormattable number and not Enum => number.ToString(null, CultureInfo.InvariantCulture),
                _ => JsonSerializer.Serialize(value, value!.GetType(), RequestJson.Options),
            };
            form.Add(Field(new StringContent(text), $"form-data; name=\"{name}\""));
        }

        var file = new StreamContent(request.Content!, 64 * 1_024);
        file.Headers.ContentType = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type : new("application/octet-stream");
        form.Add(Field(file, $"form-data; name=\"{request.Kind}\"; filename=\"{SafeName(request.FileName)}\""));
        return form;
    }

    private static HttpContent Field(HttpContent content, string disposition)
    {
        if (content is StringContent) content.Headers.ContentType = null;
        content.Headers.TryAddWithoutValidation("Content-Disposition", disposition);
        return content;
    }

    private static string SafeName(string name)
    {
        var safe = new string([.. name.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('"' or '\\' or '/'))]).Trim();
        return safe.Length == 0 ? "file" : safe.Length <= 200 ? safe : safe[^200..];
    }

    private static TelegramFailure TooBig(long most) =>
        new(TelegramTrouble.FileRefused, FailureKind.Permanent, string.Create(CultureInfo.InvariantCulture, $"The file is larger than {most / 1_048_576.0:0.#} MB."), DeadLetterRisks.NeverSent);
}
