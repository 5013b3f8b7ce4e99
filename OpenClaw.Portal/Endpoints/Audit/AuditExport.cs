using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.Audit;

/// <summary>Writes entries as a file while they are read, so that the size of an export costs no memory.</summary>
internal sealed class AuditExport(IAsyncEnumerable<AuditView> entries, string format, Func<Guid, string?>? tenantName = null) : IResult
{
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";

    /// <summary>Of these one can choose.</summary>
    public static IReadOnlyList<string> Formats { get; } = [Csv, JsonLines];

    private static readonly string[] Head = ["id", "at", "tenant", "actorKind", "actor", "actorId", "action", "target", "targetId", "address", "before", "after"];
    private static readonly byte[] LineEnd = [(byte)'\n'];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = format == Csv ? Components.Controls.Lists.Csv.ContentType : "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit.{format}\"";
        response.Headers.CacheControl = "no-store";
        if (format == Csv) await response.WriteAsync(CsvText.Begin(Head), Encoding.UTF8, httpContext.RequestAborted);
        await foreach (var entry in entries.WithCancellation(httpContext.RequestAborted))
        {
            if (format == Csv)
            {
                await response.WriteAsync(CsvText.Row(Cells(entry)), Encoding.UTF8, httpContext.RequestAborted);
                continue;
            }
            await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(entry, ApiJson.Options), httpContext.RequestAborted);
            await response.Body.WriteAsync(LineEnd, httpContext.RequestAborted);
        }
    }

    private IEnumerable<string?> Cells(AuditView entry) =>
    [
        entry.Id.ToString(), entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        tenantName?.Invoke(entry.Tenant), entry.Actor.Kind, entry.Actor.Name, entry.Actor.Id == Guid.Empty ? null : entry.Actor.Id.ToString(), entry.Action,
        entry.Target.Name, entry.Target.Id?.ToString(), entry.Address, entry.Before?.ToJsonString(ApiJson.Options), entry.After?.ToJsonString(ApiJson.Options),
    ];
}

/// <summary>A table's text piece by piece, each cell as <see cref="Components.Controls.Lists.Csv"/> writes it: nothing in it runs as a formula.</summary>
internal static class CsvText
{
    /// <summary>The head, behind the byte order mark.</summary>
    public static string Begin(IEnumerable<string> head) => Components.Controls.Lists.Csv.Write(head, []);

    public static string Row(IEnumerable<string?> cells) => Components.Controls.Lists.Csv.Write([], [cells])["\uFEFF\r\n".Length..];
}
