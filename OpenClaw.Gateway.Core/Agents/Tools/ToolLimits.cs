namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>What the tools of an agent may cost.</summary>
internal static class ToolLimits
{
    /// <summary>For one call.</summary>
    public static readonly TimeSpan Call = TimeSpan.FromSeconds(60);

    /// <summary>Until a server's tools are known.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    /// <summary>A server that could not be reached is not tried again sooner.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>A connection that nobody used for so long is closed.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of a result that a model is given.</summary>
    public const int ResultBytes = 64 * 1024;

    /// <summary>Characters of all results for one message together.</summary>
    public const int ResultsChars = 1024 * 1024;

    /// <summary>Bytes of one response of a server.</summary>
    public const int ResponseBytes = 8 * 1024 * 1024;

    /// <summary>Tools that a model is offered: more than OpenAI takes.</summary>
    public const int Tools = 128;

    /// <summary>Bytes of the schema of a tool's arguments.</summary>
    public const int SchemaBytes = 64 * 1024;

    /// <summary>Servers of an agent, or of a session.</summary>
    public const int Servers = 20;

    /// <summary>Connections that an agent keeps, those of sessions counted.</summary>
    public const int Connections = 100;
}
