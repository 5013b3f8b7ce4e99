namespace OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;

/// <summary>What an upload is called. Names come from strangers: no path, no control characters.</summary>
internal static class UploadNames
{
    /// <summary>The last segment, cleaned; <c>file</c> when nothing is left.</summary>
    public static string Of(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new string([.. last.Where(c => !char.IsControl(c))]).Trim();
        return clean is "" or "." or ".." ? "file" : clean;
    }
}
