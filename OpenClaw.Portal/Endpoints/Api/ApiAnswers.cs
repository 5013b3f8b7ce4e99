using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Administration;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Answers of calls that succeeded, and what of a request's head they depend on.</summary>
internal static class ApiAnswers
{
    public static IResult Ok<T>(T value) => Results.Json(value, ApiJson.Options);

    /// <summary>One resource with its ETag: its version where it has one, else a hash of the body. 304 where the asker has it.</summary>
    public static IResult One<T>(HttpContext http, T value, int? version = null)
    {
        var tag = version is { } number ? Tag(number) : Tag(value);
        http.Response.Headers.ETag = tag;
        return HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.IfNoneMatch.Contains(tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Ok(value);
    }

    /// <summary>201. <paramref name="state"/> is what the next get will show, where the answer shows more; the ETag is of that.</summary>
    public static IResult Created<T>(HttpContext http, T value, Guid id, int? version = null, T? state = default)
    {
        http.Response.Headers.Location = $"{http.Request.PathBase}{http.Request.Path.Value!.TrimEnd('/')}/{id}";
        http.Response.Headers.ETag = version is { } number ? Tag(number) : Tag(state ?? value);
        return Results.Json(value, ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>The version that <c>If-Match</c> demands; null where it demands none, one that never is where it cannot be read.</summary>
    /// <param name="http">The call.</param>
    /// <param name="present">The version that there is, asked for only where the header lists several.</param>
    public static async Task<int?> IfMatchAsync(HttpContext http, Func<Task<int?>> present)
    {
        if (IfMatch(http) is not { } tags) return null;
        if (tags.Count == 1) return int.TryParse(tags[0].AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
        return await present() is { } now && tags.Contains(Tag(now), StringComparer.Ordinal) ? now : -1;
    }

    /// <summary>False when <c>If-Match</c> names another state of a resource that has no version.</summary>
    public static bool Matches<T>(HttpContext http, T value)
    {
        return IfMatch(http) is not { } tags || tags.Contains(Tag(value), StringComparer.Ordinal);
    }

    /// <summary><c>?limit=</c> and <c>?after=</c>.</summary>
    public static PageRequest Page(HttpContext http)
    {
        var query = http.Request.Query;
        if (!query.TryGetValue("limit", out var text)) return new(PageRequest.DefaultLimit, query["after"]);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > PageRequest.MaxLimit)
            throw new InvalidInputException("limit", $"Must be a whole number from 1 to {PageRequest.MaxLimit}.");
        return new(limit, query["after"]);
    }

    /// <summary>An id in the query, or null.</summary>
    public static Guid? Id(HttpContext http, string name)
    {
        if (http.Request.Query[name].ToString() is not { Length: > 0 } text) return null;
        return Guid.TryParse(text, out var id) ? id : throw new InvalidInputException(name, "Must be an id (a GUID).");
    }

    /// <summary>A time in the query, or null. A time without offset is UTC.</summary>
    public static DateTimeOffset? Time(HttpContext http, string name)
    {
        if (http.Request.Query[name].ToString() is not { Length: > 0 } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
            : throw new InvalidInputException(name, "Must be a time (RFC 3339), as 2026-11-22T10:00:00Z.");
    }

    /// <summary>A text in the query, or null.</summary>
    public static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>One of a closed list in the query, or null.</summary>
    public static string? OneOf(HttpContext http, string name, IReadOnlyList<string> known) =>
        Text(http, name) is not { } text || known.Contains(text, StringComparer.Ordinal) ? Text(http, name)
            : throw new InvalidInputException(name, $"Must be one of: {string.Join(", ", known)}.");

    /// <summary>The strong tags that <c>If-Match</c> lists (RFC 9110, 13.1.1: weak ones never match); null where it is absent or <c>*</c>.</summary>
    private static List<string>? IfMatch(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (string.IsNullOrWhiteSpace(header.ToString())) return null;
        if (!EntityTagHeaderValue.TryParseList(header, out var tags)) return [];
        return tags.Any(t => t.Tag == "*") ? null : [.. tags.Where(t => !t.IsWeak).Select(t => t.Tag.ToString())];
    }

    public static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    private static string Tag<T>(T value) => $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options)).AsSpan(0, 8))}\"";
}
