using System.Globalization;

namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary>Reads <c>Telemetry:*</c>.</summary>
internal static class TelemetryConfiguration
{
    /// <summary>Stands for the trace's id in <c>Telemetry:TraceUrl</c>.</summary>
    public const string Placeholder = "{traceId}";

    public static TelemetrySettings Read(ConfigurationReader reader)
    {
        var isGrpc = ReadProtocol(reader);
        return new() { Endpoint = ReadEndpoint(reader), IsGrpc = isGrpc, Headers = ReadHeaders(reader), TraceRatio = ReadRatio(reader), TraceUrl = ReadTraceUrl(reader) };
    }

    private static Uri? ReadEndpoint(ConfigurationReader reader)
    {
        const string key = "Telemetry:OtlpEndpoint";
        if (reader.Text(key) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }) return uri;
        reader.Fault(key, text, "the http or https address of an OpenTelemetry collector without /v1/traces, such as http://localhost:4318 (credentials go into Telemetry:OtlpHeaders)");
        return null;
    }

    private static bool ReadProtocol(ConfigurationReader reader)
    {
        const string key = "Telemetry:OtlpProtocol";
        if (reader.Text(key) is not { } text || text.Equals("http/protobuf", StringComparison.OrdinalIgnoreCase)) return false;
        if (!text.Equals("grpc", StringComparison.OrdinalIgnoreCase)) reader.Fault(key, text, "http/protobuf (default, usually port 4318) or grpc (usually port 4317)");
        return true;
    }

    private static string? ReadHeaders(ConfigurationReader reader)
    {
        const string key = "Telemetry:OtlpHeaders";
        if (reader.Text(key) is not { } text) return null;
        if (!text.Split(',').All(IsHeader)) reader.SecretFault(key, text, "headers as name=value, separated by commas; commas inside of values as %2C");
        return text;
    }

    private static bool IsHeader(string part) => part.IndexOf('=', StringComparison.Ordinal) > 0 && !part.Any(char.IsControl);

    private static double ReadRatio(ConfigurationReader reader)
    {
        const string key = "Telemetry:TraceRatio";
        if (reader.Text(key) is not { } text) return 1;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1) return ratio;
        reader.Fault(key, text, "a number from 0 (no traces) to 1 (the trace of every message, the default)");
        return 1;
    }

    private static string? ReadTraceUrl(ConfigurationReader reader)
    {
        const string key = "Telemetry:TraceUrl";
        if (reader.Text(key) is not { } text) return null;
        if (text.Contains(Placeholder, StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(text.Replace(Placeholder, "0", StringComparison.OrdinalIgnoreCase), UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https" }) return text;
        reader.Fault(key, text, $"an http or https address with {Placeholder} where the trace's id belongs, such as https://jaeger.example.org/trace/{Placeholder}");
        return null;
    }
}
