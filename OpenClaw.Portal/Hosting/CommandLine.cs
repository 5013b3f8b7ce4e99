namespace OpenClaw.Portal.Hosting;

/// <summary>What the executable is asked to do: run (no verb), back up, move to another database, let somebody back in, or say how it is called. The rest is configuration.</summary>
internal sealed record CommandLine
{
    public const string Usage =
        """
        OpenClaw Gateway

        Usage:
          OpenClaw.Portal [configuration]                 runs the gateway and its portal
          OpenClaw.Portal backup FOLDER [configuration]   copies the installation, which may be running, into an empty folder
          OpenClaw.Portal copy --Target:Provider=NAME --Target:ConnectionString=… [configuration]
                                                          moves the installation, which must be stopped, into an empty database
          OpenClaw.Portal reset-password EMAIL [configuration]
                                                          prints a link by which that person chooses a new password, once
          OpenClaw.Portal remove-two-factor EMAIL [configuration]
                                                          takes that person's lost second factor away and ends the sign-ins
          OpenClaw.Portal health [URL] [configuration]    asks the running gateway whether it is ready; the exit code is 0 when it is
          OpenClaw.Portal help                            shows this text (also --help, -h)

        Configuration comes from appsettings.json, the environment (Data__Directory=/var/lib/openclaw) and the
        command line (--Data:Directory=/var/lib/openclaw), the last one wins. docs/contracts/configuration.md lists the keys.
        """;

    /// <summary>The exit code of a call that is not understood.</summary>
    public const int ExitCode = 2;

    /// <summary>What is wrong with the call; null when nothing is.</summary>
    public string? Fault { get; private init; }

    public bool Help { get; private init; }

    /// <summary>Where to back up to; null when that is not asked for.</summary>
    public string? BackUpTo { get; private init; }

    /// <summary>Whether the installation is to be moved to another database.</summary>
    public bool Copy { get; private init; }

    /// <summary>Whose password is forgotten; null when that is not asked for.</summary>
    public string? ResetPasswordOf { get; private init; }

    /// <summary>Whose second factor is lost; null when that is not asked for.</summary>
    public string? RemoveTwoFactorOf { get; private init; }

    /// <summary>True when a running gateway is to be asked whether it is ready.</summary>
    public bool Health { get; private init; }

    /// <summary>The address of the one to ask; null = the first of <c>Urls</c>.</summary>
    public Uri? HealthOf { get; private init; }

    /// <summary>What goes to .NET's configuration.</summary>
    public IReadOnlyList<string> Configuration { get; private init; } = [];

    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Count == 0 || IsConfiguration(args[0])) return Configured(args, new());
        return args[0] switch
        {
            "help" or "--help" or "-h" or "-?" => new() { Help = true },
            "backup" when args.Count > 1 && args[1] is not ("--help" or "-h") && !args[1].StartsWith('-') && args[1].Length > 0 => Configured([.. args.Skip(2)], new() { BackUpTo = args[1] }),
            "backup" when args.Contains("--help") || args.Contains("-h") => new() { Help = true },
            "backup" => new() { Fault = "backup needs a folder to copy into." },
            "copy" => Configured([.. args.Skip(1)], new() { Copy = true }),
            "reset-password" when args.Contains("--help") || args.Contains("-h") => new() { Help = true },
            "reset-password" when args.Count > 1 && GatewayConfiguration.IsEmail(args[1]) => Configured([.. args.Skip(2)], new() { ResetPasswordOf = args[1] }),
            "remove-two-factor" when args.Contains("--help") || args.Contains("-h") => new() { Help = true },
            "remove-two-factor" when args.Count > 1 && GatewayConfiguration.IsEmail(args[1]) => Configured([.. args.Skip(2)], new() { RemoveTwoFactorOf = args[1] }),
            "health" when args.Contains("--help") || args.Contains("-h") => new() { Help = true },
            "health" when args.Count == 1 || IsConfiguration(args[1]) => Configured([.. args.Skip(1)], new() { Health = true }),
            "health" when Uri.TryCreate(args[1], UriKind.Absolute, out var url) && IsWeb(url) => Configured([.. args.Skip(2)], new() { Health = true, HealthOf = url }),
            "health" => new() { Fault = $"health takes an http or https address, not \"{args[1]}\"." },
            "remove-two-factor" => new() { Fault = "remove-two-factor needs the e-mail address of an account." },
            "reset-password" => new() { Fault = "reset-password needs the e-mail address of an account." },
            var verb => new() { Fault = $"There is no \"{verb}\"." },
        };
    }

    /// <summary>The exit code when there is nothing to run but something to say; else null.</summary>
    public async Task<int?> TellAsync()
    {
        if (Fault is null && !Help) return null;
        var writer = Fault is null ? Console.Out : Console.Error;
        if (Fault is not null) await writer.WriteLineAsync(Fault + Environment.NewLine);
        await writer.WriteLineAsync(Usage);
        return Fault is null ? 0 : ExitCode;
    }

    /// <summary>.NET passes over what it cannot read; a word that nobody reads must not go unnoticed.</summary>
    private static CommandLine Configured(IReadOnlyList<string> args, CommandLine call)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (arg is "--help" or "-h" or "-?") return new() { Help = true };
            if (!IsConfiguration(arg)) return new() { Fault = $"There is no place for \"{arg}\" here." };
            if (arg.Contains('=', StringComparison.Ordinal)) continue;
            if (++i == args.Count) return new() { Fault = $"{arg} has no value. Write {arg}=VALUE." };
        }

        return call with { Configuration = args };
    }

    /// <summary><c>--Key=Value</c>, <c>--Key Value</c>, <c>/Key=Value</c>, <c>/Key Value</c>, <c>Key=Value</c>.</summary>
    private static bool IsConfiguration(string arg) =>
        arg is not "--help" && (arg.StartsWith("--", StringComparison.Ordinal) || arg.StartsWith('/') || !arg.StartsWith('-') && arg.Contains('=', StringComparison.Ordinal));

    private static bool IsWeb(Uri url) => url.Scheme is "http" or "https";
}
